/** A free list on one contiguous heap: the allocator of the textbooks, with every choice that they discuss. */
import type { AllocatorConfig, ConfigProblem, ModelDefinition, ResolvedConfig } from '../contract.js';
import { FreelistModel } from './freelist-model.js';
import { mergeOptions, optionDescriptions } from './options.js';
import { presets, textbook } from './profiles.js';

const NAME = 'freelist';

/** Of the placement rules in `freelist-model.ts`. */
const VERSION = 1;

export const freelist: ModelDefinition = {
  name: NAME,
  title: 'Free list on one contiguous heap',
  version: VERSION,
  options: optionDescriptions,
  profiles: presets.map((preset) => ({ ...preset, options: { ...preset.options } })),
  resolve,
  create: ({ options }) => {
    const merged = mergeOptions(textbook, options);
    if ('problems' in merged) throw new Error(`not a resolved configuration: ${JSON.stringify(merged.problems)}`);
    return new FreelistModel(merged.options);
  },
};

function resolve({
  profile,
  options = {},
}: AllocatorConfig): { readonly resolved: ResolvedConfig } | { readonly problems: readonly ConfigProblem[] } {
  const preset = profile === undefined ? presets[0] : presets.find(({ name }) => name === profile);
  if (!preset) {
    const known = presets.map(({ name }) => name).join(', ');
    return { problems: [{ path: 'profile', message: `unknown profile "${profile}"; known profiles: ${known}` }] };
  }
  const merged = mergeOptions(preset.options, options);
  if ('problems' in merged) return merged;
  return { resolved: { model: NAME, profile: preset.name, options: { ...merged.options }, modelVersion: VERSION } };
}
