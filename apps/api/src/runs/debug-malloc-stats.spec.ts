import { describe, expect, it } from '@jest/globals';
import { parseDebugMallocStats } from './debug-malloc-stats.js';

const TEXT = `Small block threshold = 512, in 32 size classes.

class   size   num pools   blocks in use  avail blocks
-----   ----   ---------   -------------  ------------
    0     16           1              25           996
    3     64          18            4434           156

# arenas allocated total           =                    2
# arenas reclaimed                 =                    0
# arenas highwater mark            =                    2
# arenas allocated current         =                    2
2 arenas * 1048576 bytes/arena     =            2,097,152

# bytes in allocated blocks        =              937,952
# bytes in available blocks        =              379,168
45 unused pools * 16384 bytes      =              737,280
# bytes lost to pool headers       =                3,888
# bytes lost to quantization       =                6,096
# bytes lost to arena alignment    =               32,768
Total                              =            2,097,152

arena map counts
# arena map mid nodes              =                    1
# arena map bot nodes              =                    1

# bytes lost to arena map root     =              262,144
# bytes lost to arena map mid      =              262,144
# bytes lost to arena map bot      =              131,072
Total                              =              655,360
`;

describe('parseDebugMallocStats', () => {
  it('reads everything that CPython prints', () => {
    expect(parseDebugMallocStats(TEXT)).toEqual({
      smallBlockThreshold: 512,
      sizeClasses: 32,
      classes: [
        { class: 0, size: 16, pools: 1, blocksInUse: 25, availableBlocks: 996 },
        { class: 3, size: 64, pools: 18, blocksInUse: 4434, availableBlocks: 156 },
      ],
      arenas: {
        allocatedTotal: 2,
        reclaimed: 0,
        highWater: 2,
        current: 2,
        mapped: 2,
        bytesPerArena: 1_048_576,
        bytes: 2_097_152,
      },
      unusedPools: 45,
      bytes: {
        allocatedBlocks: 937_952,
        availableBlocks: 379_168,
        unusedPools: 737_280,
        poolHeaders: 3888,
        quantization: 6096,
        arenaAlignment: 32_768,
        total: 2_097_152,
      },
      arenaMap: {
        midNodes: 1,
        bottomNodes: 1,
        rootBytes: 262_144,
        midBytes: 262_144,
        bottomBytes: 131_072,
        total: 655_360,
      },
    });
  });

  it('has no arena map where the version prints none', () => {
    const before310 = TEXT.slice(0, TEXT.indexOf('arena map counts'));
    expect(parseDebugMallocStats(before310)).toMatchObject({ arenaMap: null, bytes: { total: 2_097_152 } });
  });
});
