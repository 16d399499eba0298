/**
 * What a run is called on a page. A run of a scenario is named `pinned-arenas: at-once {"orders":60000}`, so that its parameters can be
 * read back; people are told the scenario and its side.
 */
const OF_A_SCENARIO = /^([\w-]+: [\w-]+) \{.*\}$/;

export function runTitle(name: string, traceName: string): string {
  return OF_A_SCENARIO.exec(name)?.[1] ?? (name || traceName || 'Run');
}
