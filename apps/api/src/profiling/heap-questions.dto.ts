/** What is told of pinned arenas, of one block and of a window of the curve, for the document. */
import { ApiProperty } from '@nestjs/swagger';
import { TotalsDto } from '../runs/run-views.dto.js';
import { SiteDescriptionDto } from './profile.dto.js';

const WHOLE = { type: 'integer' } as const;
const NO_SITE = { type: SiteDescriptionDto, nullable: true, description: 'null = not known.' } as const;

export class WouldComeBackDto {
  @ApiProperty({ ...WHOLE, description: 'Blocks that would have to die.', example: 3 })
  readonly blocks!: number;

  @ApiProperty({ ...WHOLE, description: 'Mapped bytes that would be given back: tried on a copy.', example: 1_048_576 })
  readonly bytes!: number;

  @ApiProperty({ ...WHOLE, description: 'Arenas that would be unmapped.', example: 1 })
  readonly regions!: number;
}

export class PeakOccupancyDto {
  @ApiProperty({ ...WHOLE, example: 880_120 })
  readonly bytes!: number;

  @ApiProperty({ ...WHOLE, description: 'First position of that.', example: 120_331 })
  readonly at!: number;
}

export class PinningBlockDto {
  @ApiProperty({ ...WHOLE, description: 'Its story is at blocks/:number.', example: 4711 })
  readonly number!: number;

  @ApiProperty({ type: String, nullable: true, example: 'dict#12' })
  readonly name!: string | null;

  @ApiProperty(NO_SITE)
  readonly site!: SiteDescriptionDto | null;

  @ApiProperty({ ...WHOLE, description: 'Bytes asked for.', example: 56 })
  readonly requested!: number;

  @ApiProperty({ ...WHOLE, example: 64 })
  readonly occupied!: number;

  @ApiProperty({ ...WHOLE, example: 70_368_744_177_712 })
  readonly address!: number;

  @ApiProperty({ ...WHOLE, description: '-1 in a model without pools.', example: 3 })
  readonly pool!: number;

  @ApiProperty({ ...WHOLE, example: 17 })
  readonly index!: number;

  @ApiProperty({ ...WHOLE, description: 'Index of the request that placed it, or last moved it.', example: 20_117 })
  readonly placedAt!: number;

  @ApiProperty({ ...WHOLE, description: 'Events since then.', example: 179_883 })
  readonly age!: number;
}

export class PinnedRegionDto {
  @ApiProperty({ ...WHOLE, description: 'Arena, by order of mapping.', example: 2 })
  readonly region!: number;

  @ApiProperty({ ...WHOLE, example: 1_048_576 })
  readonly size!: number;

  @ApiProperty({ ...WHOLE, example: 70_368_744_177_664 })
  readonly base!: number;

  @ApiProperty({ ...WHOLE, description: 'Index of the request that had it mapped.', example: 60_001 })
  readonly mappedAt!: number;

  @ApiProperty({ ...WHOLE, example: 3 })
  readonly liveBlocks!: number;

  @ApiProperty({ ...WHOLE, example: 168 })
  readonly requestedBytes!: number;

  @ApiProperty({ ...WHOLE, example: 192 })
  readonly occupiedBytes!: number;

  @ApiProperty({ type: PeakOccupancyDto, description: 'When it was fullest, in bytes asked for.' })
  readonly peak!: PeakOccupancyDto;

  @ApiProperty({ type: WouldComeBackDto, description: 'If its live blocks died.' })
  readonly comesBack!: WouldComeBackDto;

  @ApiProperty({ type: [PinningBlockDto], description: 'What keeps it, by address.' })
  readonly blocks!: readonly PinningBlockDto[];
}

export class PinningSiteDto {
  @ApiProperty(NO_SITE)
  readonly site!: SiteDescriptionDto | null;

  @ApiProperty({ ...WHOLE, description: 'Its blocks in the arenas of this answer.', example: 40 })
  readonly blocks!: number;

  @ApiProperty({ ...WHOLE, example: 2240 })
  readonly bytes!: number;

  @ApiProperty({ ...WHOLE, description: 'Arenas in which they lie.', example: 12 })
  readonly regions!: number;

  @ApiProperty({ type: WouldComeBackDto, description: 'If they died after those of all sites before it in the list.' })
  readonly comesBack!: WouldComeBackDto;
}

export class PinsDto {
  @ApiProperty({ ...WHOLE, example: 200_000 })
  readonly at!: number;

  @ApiProperty({ type: TotalsDto })
  readonly totals!: TotalsDto;

  @ApiProperty({ ...WHOLE, description: 'Arenas mapped.', example: 14 })
  readonly mapped!: number;

  @ApiProperty({ ...WHOLE, description: 'Of them pinned: nearly empty after having been full.', example: 12 })
  readonly pinned!: number;

  @ApiProperty({ type: [PinnedRegionDto], description: 'Those that hold most for least first.' })
  readonly regions!: readonly PinnedRegionDto[];

  @ApiProperty({ type: WouldComeBackDto, description: 'If every block of those arenas died.' })
  readonly together!: WouldComeBackDto;

  @ApiProperty({ type: [PinningSiteDto], description: 'Sites in the order in which fixing them pays most.' })
  readonly sites!: readonly PinningSiteDto[];
}

export class BlockPlacementDto {
  @ApiProperty({ ...WHOLE, example: 2 })
  readonly arena!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'null in a model without pools.', example: 3 })
  readonly pool!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 17 })
  readonly index!: number | null;

  @ApiProperty({ ...WHOLE, example: 70_368_744_177_712 })
  readonly address!: number;

  @ApiProperty({ ...WHOLE, description: 'Bytes that it occupies.', example: 64 })
  readonly occupied!: number;

  @ApiProperty({ ...WHOLE, description: "Units from the arena's first usable address.", example: 3075 })
  readonly offset!: number;
}

export class StoryStepDto {
  @ApiProperty({ ...WHOLE, description: 'Number of the event; `at=seq` is just after it.', example: 20_118 })
  readonly seq!: number;

  @ApiProperty({ example: 'malloc' })
  readonly op!: string;

  @ApiProperty({ example: 'placed' })
  readonly outcome!: string;

  @ApiProperty({ ...WHOLE, example: 56 })
  readonly requested!: number;

  @ApiProperty(NO_SITE)
  readonly site!: SiteDescriptionDto | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Nanoseconds; null = not recorded.', example: 1_204_331 })
  readonly time!: number | null;

  @ApiProperty({ type: BlockPlacementDto, nullable: true, description: 'null = not in the model.' })
  readonly place!: BlockPlacementDto | null;

  @ApiProperty({ example: 'malloc of 56 bytes for block 4711: block 17 of pool 3 in arena 2, 64 bytes.' })
  readonly sentence!: string;
}

export class BlockLifetimeDto {
  @ApiProperty({ ...WHOLE, description: 'Events from birth to free, or to the end.', example: 179_883 })
  readonly events!: number;

  @ApiProperty({ type: Number, nullable: true, example: null })
  readonly nanoseconds!: number | null;
}

export class BlockStoryDto {
  @ApiProperty({ ...WHOLE, example: 4711 })
  readonly number!: number;

  @ApiProperty({ type: String, nullable: true, example: 'dict#12' })
  readonly name!: string | null;

  @ApiProperty({
    example: 'Block 4711 was asked for at event 20118 (56 bytes) and was freed at event 20120, 2 events later.',
  })
  readonly sentence!: string;

  @ApiProperty({ ...WHOLE, description: 'Event that asked for it.', example: 20_118 })
  readonly born!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Event that freed it; null = none.', example: null })
  readonly freed!: number | null;

  @ApiProperty({ type: BlockLifetimeDto })
  readonly lifetime!: BlockLifetimeDto;

  @ApiProperty({ ...WHOLE, description: 'Times that realloc moved it.', example: 0 })
  readonly moves!: number;

  @ApiProperty({ ...WHOLE, description: 'Frees and reallocs after it was freed.', example: 0 })
  readonly mistakes!: number;

  @ApiProperty({ type: [StoryStepDto], description: 'Everything that happened to it; at most 1,000 steps.' })
  readonly steps!: readonly StoryStepDto[];

  @ApiProperty({ ...WHOLE, description: 'Steps in all.', example: 2 })
  readonly total!: number;

  @ApiProperty({ ...WHOLE, description: 'Position of the next three.', example: 200_000 })
  readonly at!: number;

  @ApiProperty({
    enum: ['unborn', 'alive', 'freed', 'refused'],
    description: '`refused`: there was no memory for it.',
    example: 'alive',
  })
  readonly state!: string;

  @ApiProperty({ type: BlockPlacementDto, nullable: true, description: 'Where it is, or was last.' })
  readonly place!: BlockPlacementDto | null;

  @ApiProperty({
    type: 'array',
    nullable: true,
    items: { type: 'object', additionalProperties: true },
    description: 'The blocks of that pool at `at`, free ones too; in a model without pools, the nearest live blocks.',
    example: [{ region: 2, pool: 3, index: 16, size: 64, state: 'live', number: 4710, requested: 60 }],
  })
  readonly neighbours!: unknown;
}
