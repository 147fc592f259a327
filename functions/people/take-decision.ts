import { now } from '../../lib/runtime/world/clock.ts';
import { identityMac } from '../../lib/runtime/world/identity-mac.ts';
import { links } from '../../lib/runtime/world/links.ts';
import { linksUrl } from '../../lib/runtime/world/links-url.ts';
import { mac } from '../../lib/runtime/world/mac.ts';
import { rollbacks } from '../../lib/runtime/world/rollbacks.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { surroundings } from '../../lib/runtime/world/surroundings.ts';
import { postDecision } from '../../lib/console/decision-exchange.ts';
import { pageHandler } from '../../lib/runtime/page-handler.ts';
import { startRollback } from '../../lib/usecases/rollback/start-rollback.ts';

const world = {
  store,
  links,
  linksUrl,
  mac,
  identityMac,
  now,
  surroundings,
  startRollback: (rolloutId: string, request: { by: string; reason: string }) =>
    startRollback({ rolloutId, ...request }, { store, rollbacks }),
};

/** POST of a personal link: one decision. */
export const handler = pageHandler((request) => postDecision(request, world));
