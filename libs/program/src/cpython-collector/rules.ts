/**
 * What each CPython release does differently, one row a version, one engine for all.
 *
 * CPython counts references and, for what counts cannot free, runs a collector of three generations over all
 * container objects. The algorithm has been the same since 2.0; the ways in which releases differ are the columns
 * below, each seen on recordings of the named release (2.7.18, 3.6.15, 3.7.16, 3.8.18, 3.9.18, 3.10.13, 3.11.7, 3.12.1
 * and 3.13.0 on 64-bit Linux). Literature: PEP 442 (finalizers in cycles, 3.4), bpo-9141, bpo-38006 (weak references
 * in the trash), bpo-38379 (resurrection, 3.9), gh-97922 (collections at the eval breaker, 3.12).
 */

export type Generation = 0 | 1 | 2;

export interface CollectorRules {
  /** The release on which the row was observed. */
  readonly version: string;
  /** What `gc.get_threshold()` says at the start. */
  readonly thresholds: readonly [number, number, number];
  /**
   * When an allocation passes the threshold: collect inside that allocation, before the newborn is tracked; or set a
   * flag which the eval loop looks at when it next checks its breaker.
   */
  readonly automatic: 'in-the-allocation' | 'at-the-eval-breaker';
  /** A scheduled collection does not run if `gc.disable()` came in between. */
  readonly asksEnabledAgain: boolean;
  /** Trash with a finalizer is set aside, with all it reaches, as uncollectable; or finalized like the rest. */
  readonly finalizersInTrash: 'uncollectable' | 'called';
  /** The order of an object's last acts when its count reaches zero. */
  readonly deathByCount: 'callback-first' | 'finalizer-first';
  /** Whether an object that its finalizer saved has the finalizer called again when it dies the next time. */
  readonly finalizerRuns: 'every-time' | 'once';
  /**
   * A finalizer saves a member of the trash: then all of the trash lives on (and the collection says that it collected
   * all of it, or nothing), or only what the saved one reaches.
   */
  readonly resurrectionInTrash: 'impossible' | 'saves-all-says-all' | 'saves-all-says-none' | 'saves-what-it-reaches';
  /** Whether a weak reference that is trash itself is emptied before anything is cleared. */
  readonly weakReferencesInTrash: 'left' | 'emptied';
  /** `gc.freeze()` and `gc.unfreeze()` exist. */
  readonly freeze: boolean;
}

const PYTHON_2_7: CollectorRules = {
  version: '2.7.18',
  thresholds: [700, 10, 10],
  automatic: 'in-the-allocation',
  asksEnabledAgain: false,
  finalizersInTrash: 'uncollectable',
  deathByCount: 'callback-first',
  finalizerRuns: 'every-time',
  resurrectionInTrash: 'impossible',
  weakReferencesInTrash: 'left',
  freeze: false,
};

const PYTHON_3_6: CollectorRules = {
  ...PYTHON_2_7,
  version: '3.6.15',
  finalizersInTrash: 'called',
  deathByCount: 'finalizer-first',
  finalizerRuns: 'once',
  resurrectionInTrash: 'saves-all-says-all',
};

const PYTHON_3_7: CollectorRules = {
  ...PYTHON_3_6,
  version: '3.7.16',
  resurrectionInTrash: 'saves-all-says-none',
  freeze: true,
};

const PYTHON_3_8: CollectorRules = { ...PYTHON_3_7, version: '3.8.18', weakReferencesInTrash: 'emptied' };

const PYTHON_3_9: CollectorRules = {
  ...PYTHON_3_8,
  version: '3.9.18',
  resurrectionInTrash: 'saves-what-it-reaches',
};

const PYTHON_3_10: CollectorRules = { ...PYTHON_3_9, version: '3.10.13' };

const PYTHON_3_11: CollectorRules = { ...PYTHON_3_10, version: '3.11.7' };

const PYTHON_3_12: CollectorRules = { ...PYTHON_3_11, version: '3.12.1', automatic: 'at-the-eval-breaker' };

const PYTHON_3_13: CollectorRules = {
  ...PYTHON_3_12,
  version: '3.13.0',
  thresholds: [2000, 10, 10],
  asksEnabledAgain: true,
};

/** Oldest first. */
export const COLLECTOR_RULES: readonly CollectorRules[] = [
  PYTHON_2_7,
  PYTHON_3_6,
  PYTHON_3_7,
  PYTHON_3_8,
  PYTHON_3_9,
  PYTHON_3_10,
  PYTHON_3_11,
  PYTHON_3_12,
  PYTHON_3_13,
];

const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.');

/**
 * Why a release has no rules; empty = it is just not known. Collectors are simulated only where a recording holds them to
 * what the real one did: of 3.14 there is only what Python code sees of it, which is not enough to be exact.
 */
export function whyWithoutRules(version: string): string {
  const [major, minor] = version.split('.').map(Number);
  if (major !== 3 || !(minor >= 14)) return '';
  return 'from 3.14 on the collector is another one, incremental, of which no recording exists to hold a simulation against';
}

/**
 * The rules of a release, by full version or by `major.minor`; a patch release that was not recorded gets the row of
 * its minor version. `undefined` for releases with other collectors (3.14's is incremental) or none recorded.
 */
export function collectorRules(version: string): CollectorRules | undefined {
  return /^\d+\.\d+(\.\d+)?$/.test(version)
    ? COLLECTOR_RULES.find((rules) => minorOf(rules.version) === minorOf(version))
    : undefined;
}
