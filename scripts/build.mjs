/** `npm run build`: packages, Prisma client and service, as far as they are not up to date. */
import './node-version.mjs';

const { prepareOrExit } = await import('./prepare.mjs');
await prepareOrExit();
