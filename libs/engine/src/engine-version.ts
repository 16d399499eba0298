/**
 * Version of the rules by which commands become requests (libs/program). It is pinned in every program session: raise it
 * when the same commands make other requests than before, so that an old session says why it cannot go on.
 */
export const ENGINE_VERSION = 1;
