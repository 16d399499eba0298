/** What the registry of allocators says, and whether a configuration can be used. */
import {
  findModel,
  listModels,
  type ModelDefinition,
  type ProfileDescription,
  resolveConfig,
  type AllocatorConfig,
  type ResolvedConfig,
} from '@heapcast/allocators';
import { Injectable } from '@nestjs/common';
import { notFound, ProblemException } from '../problems/index.js';

@Injectable()
export class ReferenceService {
  models(): readonly ModelDefinition[] {
    return listModels();
  }

  /** @throws ProblemException `not-found` */
  model(name: string): ModelDefinition {
    const found = findModel(name);
    if (!found) throw notFound('allocator model', name);
    return found;
  }

  /** @throws ProblemException `not-found` */
  profile(model: string, name: string): ProfileDescription {
    const found = this.model(model).profiles.find((profile) => profile.name === name);
    if (!found) throw notFound(`profile of ${model}`, name);
    return found;
  }

  /**
   * Fills in every option.
   * @param field of the request that holds the configuration; names the mistakes: `allocator.options.poolSize`
   * @throws ProblemException `invalid-configuration` with every reason
   */
  resolve(config: AllocatorConfig, field = ''): ResolvedConfig {
    const result = resolveConfig(config);
    if ('resolved' in result) return result.resolved;
    const errors = result.problems.map(({ path, message }) => ({ path: field ? `${field}.${path}` : path, message }));
    const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new ProblemException('invalid-configuration', detail, { errors });
  }
}
