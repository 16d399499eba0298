/** Knows every route, so that a wrong method on a right path is answered 405 with `Allow`, not 404. */
import type { FastifyInstance } from 'fastify';

export interface KnownRoute {
  readonly method: string;
  /** As registered: `/v1/runs/:id`. */
  readonly path: string;
}

export class AllowedMethods {
  readonly #routes: (KnownRoute & { readonly pattern: RegExp })[] = [];

  /** Call before the first route is registered. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ method, url }) => {
      const pattern = new RegExp(
        `^${url
          .replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
          .replace(/\*/g, '.*')
          .replace(/:[^/]+/g, '[^/]+')}/?$`,
      );
      for (const name of [method].flat()) this.#routes.push({ method: name, path: url, pattern });
    });
  }

  get routes(): readonly KnownRoute[] {
    return this.#routes;
  }

  /** Methods of the path, sorted; none = the path is unknown. */
  at(url: string): string[] {
    const path = url.split('?', 1)[0] ?? url;
    const methods = this.#routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return [...new Set(methods)].sort();
  }
}
