/** Every allocator model that Heapcast knows. A new model is one folder beside this file and one line here. */
import type {
  AllocatorConfig,
  AllocatorModel,
  ConfigProblem,
  ModelDefinition,
  ModelEnvironment,
  ResolvedConfig,
} from './contract.js';
import { freelist } from './freelist/definition.js';
import { pymalloc } from './pymalloc/definition.js';

const definitions: readonly ModelDefinition[] = [pymalloc, freelist];

export function listModels(): readonly ModelDefinition[] {
  return definitions;
}

export function findModel(name: string): ModelDefinition | undefined {
  return definitions.find((definition) => definition.name === name);
}

/** Fills in every option of `config`, or says all that is wrong with it. */
export function resolveConfig(
  config: AllocatorConfig,
): { readonly resolved: ResolvedConfig } | { readonly problems: readonly ConfigProblem[] } {
  const definition = findModel(config.model);
  if (definition) return definition.resolve(config);
  const known = definitions.map(({ name }) => name).join(', ');
  return {
    problems: [{ path: 'model', message: `unknown allocator model "${config.model}"; known models: ${known}` }],
  };
}

/** @throws if the model is not registered: a resolved configuration always names one that is. */
export function createModel(config: ResolvedConfig, environment: ModelEnvironment): AllocatorModel {
  const definition = findModel(config.model);
  if (!definition) throw new Error(`allocator model ${config.model} is not registered`);
  return definition.create(config, environment);
}
