/** pymalloc: CPython's allocator of small objects, exact per version. */
import type { ModelDefinition, ModelEnvironment, ResolvedConfig } from '../contract.js';
import { isComplete, MODEL_VERSION, resolve } from './configuration.js';
import { PymallocModel } from './model.js';
import { optionDescriptions } from './options.js';
import { findProfile, profiles } from './profiles.js';

/** @throws if the configuration is not one that `resolve` gave. */
function create(config: ResolvedConfig, environment: ModelEnvironment): PymallocModel {
  const { options } = config;
  const profile = findProfile(config.profile);
  if (!profile || !isComplete(options)) throw new Error('this is not a resolved configuration of pymalloc');
  const { arenaMisalignment } = options;
  const misalignment = arenaMisalignment === 'trace' ? environment.arenaMisalignment : arenaMisalignment;
  return new PymallocModel(options, misalignment === 'aligned' ? [] : misalignment, profile.edition);
}

export const pymalloc: ModelDefinition = {
  name: 'pymalloc',
  title: "pymalloc, CPython's allocator of small objects",
  version: MODEL_VERSION,
  options: optionDescriptions,
  profiles: profiles.map(({ name, title, evidence, options, note }) => ({ name, title, evidence, options, note })),
  resolve,
  create,
};
