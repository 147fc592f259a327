import { now } from '../../lib/runtime/world/clock.ts';
import { identityMac } from '../../lib/runtime/world/identity-mac.ts';
import { linksUrl } from '../../lib/runtime/world/links-url.ts';
import { rollbacks } from '../../lib/runtime/world/rollbacks.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { postRollout } from '../../lib/console/post-rollout.ts';
import { pageHandler } from '../../lib/runtime/page-handler.ts';
import { startRollback } from '../../lib/usecases/rollback/start-rollback.ts';

const world = {
  store,
  linksUrl,
  identityMac,
  now,
  startRollback: (rolloutId: string, request: { by: string; reason: string }) =>
    startRollback({ rolloutId, ...request }, { store, rollbacks }),
};

/** POST of a rollout's page: what a person of its spec who signed in decided. */
export const handler = pageHandler((request) => postRollout(request, world));
