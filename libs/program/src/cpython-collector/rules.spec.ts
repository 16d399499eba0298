import { describe, expect, it } from '@jest/globals';
import { COLLECTOR_RULES, collectorRules, whyWithoutRules } from './rules.js';

describe('the table of CPython releases', () => {
  it('has a row for each recorded release, oldest first', () => {
    expect(COLLECTOR_RULES.map((rules) => rules.version)).toEqual([
      '2.7.18',
      '3.6.15',
      '3.7.16',
      '3.8.18',
      '3.9.18',
      '3.10.13',
      '3.11.7',
      '3.12.1',
      '3.13.0',
    ]);
  });

  it('starts with 700, 10, 10 up to 3.12 and with 2000, 10, 10 in 3.13', () => {
    const firsts = COLLECTOR_RULES.map((rules) => rules.thresholds.join());
    expect(firsts).toEqual([...Array.from({ length: 8 }, () => '700,10,10'), '2000,10,10']);
  });

  it('gives a release by its full version, and a patch release that was not recorded by its minor version', () => {
    expect(collectorRules('3.8.18')?.version).toBe('3.8.18');
    expect(collectorRules('3.8')?.version).toBe('3.8.18');
    expect(collectorRules('3.8.2')?.version).toBe('3.8.18');
    expect(collectorRules('3.1')).toBeUndefined();
  });

  it('says why it has none for the incremental collector', () => {
    expect(whyWithoutRules('3.14.2')).toMatch(/incremental/);
    for (const version of ['2.7.18', '3.5.10', '3.13.0', 'three', '']) expect(whyWithoutRules(version)).toBe('');
  });

  it.each(['3.14.2', '3.5.10', '', 'three', '3', '3.8.x'])('has no rules for "%s"', (version) => {
    expect(collectorRules(version)).toBeUndefined();
  });
});
