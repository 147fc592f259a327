import { now } from '../../lib/runtime/world/clock.ts';
import { identityMac } from '../../lib/runtime/world/identity-mac.ts';
import { linksUrl } from '../../lib/runtime/world/links-url.ts';
import { startRollback } from '../../lib/runtime/world/start-rollback.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { postRollout } from '../../lib/console/post-rollout.ts';
import { pageHandler } from '../../lib/runtime/page-handler.ts';

const world = {
  store,
  linksUrl,
  identityMac,
  now,
  startRollback,
};

/** POST of a rollout's page: what a person of its spec who signed in decided. */
export const handler = pageHandler((request) => postRollout(request, world));
