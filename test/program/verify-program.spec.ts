/**
 * The story of `npm run verify:program`: the models against recordings of real CPythons and of real memcheck, and what
 * the command says of input that is damaged.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { COLLECTOR_RULES } from '@heapcast/program';
import { verifyProgram } from '../../apps/cli/src/verify-program.js';

const FIXTURES = join(import.meta.dirname, '../fixtures/program');

interface Said {
  readonly code: number;
  readonly lines: readonly string[];
  readonly complaints: readonly string[];
}

function run(directory?: string): Said {
  const lines: string[] = [];
  const complaints: string[] = [];
  const code = verifyProgram(
    directory,
    (line) => lines.push(line),
    (line) => complaints.push(line),
  );
  return { code, lines, complaints };
}

describe('the recordings in test/fixtures', () => {
  const said = run(FIXTURES);

  it('are all exact', () => {
    expect(said.lines.filter((line) => line.startsWith('differ'))).toEqual([]);
    expect(said.code).toBe(0);
  });

  it('hold every script under every release, and every kind of memcheck script', () => {
    const scripts = readdirSync(join(FIXTURES, 'gc/scripts'));
    const leaks = ['hand', 'random'].flatMap((folder) =>
      readdirSync(join(FIXTURES, 'leaks', folder)).filter((file) => file.endsWith('.expected.json')),
    );
    expect(scripts.length).toBeGreaterThan(50);
    expect(leaks.length).toBeGreaterThan(80);
    const exact = scripts.length * COLLECTOR_RULES.length + leaks.length;
    expect(said.lines.at(-1)).toBe(`${exact} exact, 0 differ`);
    for (const { version } of COLLECTOR_RULES) {
      expect(said.lines).toContain(`exact   gc/t09-default-thresholds  ${version}`);
    }
    expect(said.lines).toContain('exact   leaks/hand/nine-cases');
  });
});

describe('damaged input', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'heapcast-verify-'));
  afterAll(() => rmSync(scratch, { recursive: true }));

  const gc = (...names: string[]): string => join(scratch, 'gc', ...names);
  const leaks = (...names: string[]): string => join(scratch, 'leaks', ...names);
  const recordingOf = (version: string): string => {
    const index = JSON.parse(readFileSync(gc('recordings/index.json'), 'utf8'));
    return gc('recordings', index.scripts['t14-freeze'].recordings[version]);
  };
  const editIndex = (
    edit: (index: { versions: Record<string, unknown>; scripts: Record<string, unknown> }) => void,
  ): void => {
    const index = JSON.parse(readFileSync(gc('recordings/index.json'), 'utf8'));
    edit(index);
    writeFileSync(gc('recordings/index.json'), JSON.stringify(index));
  };
  const differing = (): string[] => {
    const { code, lines } = run(scratch);
    expect(code).toBe(1);
    const differ = lines.filter((line) => line.startsWith('differ'));
    expect(lines.at(-1)).toBe(`${lines.length - 1 - differ.length} exact, ${differ.length} differ`);
    return differ;
  };

  beforeEach(() => {
    rmSync(scratch, { recursive: true });
    mkdirSync(gc('scripts'), { recursive: true });
    mkdirSync(gc('recordings'));
    mkdirSync(leaks(), { recursive: true });
    const index = JSON.parse(readFileSync(join(FIXTURES, 'gc/recordings/index.json'), 'utf8'));
    index.scripts = { 't14-freeze': index.scripts['t14-freeze'] };
    writeFileSync(gc('recordings/index.json'), JSON.stringify(index));
    cpSync(join(FIXTURES, 'gc/scripts/t14-freeze.ndjson'), gc('scripts/t14-freeze.ndjson'));
    for (const file of Object.values<string>(index.scripts['t14-freeze'].recordings)) {
      cpSync(join(FIXTURES, 'gc/recordings', file), gc('recordings', file));
    }
    for (const file of ['talk-leak.ndjson', 'talk-leak.expected.json']) {
      cpSync(join(FIXTURES, 'leaks/hand', file), leaks(file));
    }
    expect(run(scratch).lines.at(-1)).toBe('10 exact, 0 differ');
  });

  it('another value in a recording is a difference at that place', () => {
    const file = recordingOf('3.13.0');
    const lines = gunzipSync(readFileSync(file)).toString().split('\n');
    lines[6] = lines[6].replace('"ret":0', '"ret":1');
    writeFileSync(file, gzipSync(lines.join('\n')));
    expect(differing()).toEqual(['differ  gc/t14-freeze  3.13.0  line 7 of the recording, ret: expected 1; got 0']);
  });

  it('a recording may be plain text; one that ends early or goes on differs where it does', () => {
    const file = recordingOf('3.13.0');
    const text = gunzipSync(readFileSync(file)).toString().trimEnd();
    writeFileSync(file, text);
    expect(run(scratch).code).toBe(0);
    writeFileSync(file, text.slice(0, text.lastIndexOf('\n')));
    expect(differing()[0]).toMatch(/3\.13\.0 {2}line 14 of the recording, expected nothing; got \{"end":true/);
    writeFileSync(file, `${text}\n{"i":13}`);
    expect(differing()).toEqual([
      'differ  gc/t14-freeze  3.13.0  line 15 of the recording, expected {"i":13}; got nothing',
    ]);
  });

  it('a recording that is cut, missing or no JSON is a difference with its reason', () => {
    const file = recordingOf('3.13.0');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length / 2));
    expect(differing()).toEqual([
      expect.stringMatching(/ {2}3\.13\.0 {2}cannot be compared: .*unexpected end of file$/),
    ]);
    writeFileSync(file, 'rubbish');
    expect(differing()).toEqual([
      'differ  gc/t14-freeze  3.13.0  cannot be compared: line 1 of the recording is not JSON',
    ]);
    rmSync(file);
    expect(differing()[0]).toMatch(/cannot be compared: .*ENOENT/);
  });

  it('a script that cannot be read differs under every version', () => {
    writeFileSync(gc('scripts/t14-freeze.ndjson'), '{"op":"new","id":"a","type":"container"}\n{"op":"thaw"}\n');
    const differ = differing();
    expect(differ).toHaveLength(9);
    expect(differ[0]).toMatch(/2\.7\.18 {2}cannot be compared: line 2: "op" must be one of/);
    rmSync(gc('scripts/t14-freeze.ndjson'));
    expect(differing()[8]).toMatch(/cannot be compared: .*ENOENT/);
  });

  it('a script without a recording, a version without rules and a broken index are differences', () => {
    cpSync(gc('scripts/t14-freeze.ndjson'), gc('scripts/other.ndjson'));
    expect(differing()).toEqual(['differ  gc/other  cannot be compared: the index has no recording of this script']);
    rmSync(gc('scripts/other.ndjson'));

    editIndex((index) => {
      index.scripts['t14-freeze'] = { recordings: { '3.14.2': 't14-freeze.0.ndjson.gz' } };
    });
    expect(differing()).toEqual(['differ  gc/t14-freeze  3.14.2  there are no rules of CPython 3.14.2']);

    editIndex((index) => {
      index.versions['3.13.0'] = { threshold: [1, 2] };
    });
    expect(differing()).toEqual([
      'differ  gc/recordings/index.json  cannot be compared: index.json has no three thresholds for 3.13.0',
    ]);
    writeFileSync(gc('recordings/index.json'), '{');
    expect(differing()).toEqual(['differ  gc/recordings/index.json  cannot be compared: index.json is not JSON']);
    writeFileSync(gc('recordings/index.json'), '{"versions":{}}');
    expect(differing()).toEqual([
      'differ  gc/recordings/index.json  cannot be compared: index.json: scripts must be an object',
    ]);
  });

  it('the index starts a script with the thresholds that it names', () => {
    editIndex((index) => {
      index.versions['3.13.0'] = { threshold: [700, 10, 10] };
    });
    expect(differing()).toEqual([
      'differ  gc/t14-freeze  3.13.0  line 5 of the recording, snapshot.threshold[0]: expected 2000; got 700',
    ]);
  });

  it('a recording file is looked for among the recordings only', () => {
    writeFileSync(join(scratch, 'secret'), 'private');
    editIndex((index) => {
      index.scripts['t14-freeze'] = { recordings: { '3.13.0': '../../secret' } };
    });
    expect(differing()[0]).toContain('ENOENT');
  });

  it('another value in an expectation of memcheck is a difference at that place', () => {
    const expected = JSON.parse(readFileSync(leaks('talk-leak.expected.json'), 'utf8'));
    expected.checks[1].records[0].bytes = 41;
    writeFileSync(leaks('talk-leak.expected.json'), JSON.stringify(expected));
    expect(differing()).toEqual(['differ  leaks/talk-leak  checks[1].records[0].bytes: expected 41; got 40']);
  });

  it('a script or an expectation of memcheck that cannot be read, or is alone, is a difference', () => {
    writeFileSync(leaks('half.ndjson'), '');
    writeFileSync(leaks('other.expected.json'), '{}');
    expect(differing()).toEqual([
      'differ  leaks/half  cannot be compared: there is no .expected.json beside it',
      'differ  leaks/other  cannot be compared: there is no .ndjson beside it',
    ]);
    rmSync(leaks('half.ndjson'));
    writeFileSync(leaks('other.ndjson'), '{"op":"local"}');
    writeFileSync(leaks('talk-leak.expected.json'), 'nothing');
    expect(differing()).toEqual([
      'differ  leaks/other  cannot be compared: line 1: "name" must be a string, not undefined',
      'differ  leaks/talk-leak  cannot be compared: .expected.json is not JSON',
    ]);
  });

  it('a directory may hold one of the two kinds, at its top', () => {
    expect(run(gc()).lines.at(-1)).toBe('9 exact, 0 differ');
    expect(run(leaks()).lines).toEqual(['exact   talk-leak', '1 exact, 0 differ']);
  });

  it('a directory with neither, none at all, and no argument end in 1 with the reason', () => {
    expect(run(gc('scripts'))).toMatchObject({
      code: 1,
      lines: [],
      complaints: [expect.stringContaining('holds no scripts/')],
    });
    expect(existsSync(join(scratch, 'nowhere'))).toBe(false);
    expect(run(join(scratch, 'nowhere')).complaints[0]).toContain('is no directory');
    expect(run(recordingOf('3.13.0'))).toMatchObject({
      code: 1,
      complaints: [expect.stringContaining('is no directory')],
    });
    expect(run()).toEqual({ code: 1, lines: [], complaints: ['usage: npm run verify:program -- DIR'] });
  });
});
