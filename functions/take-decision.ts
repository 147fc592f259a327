import { now } from '../lib/aws/world/clock.ts';
import { identityMac } from '../lib/aws/world/identity-mac.ts';
import { links } from '../lib/aws/world/links.ts';
import { linksUrl } from '../lib/aws/world/links-url.ts';
import { mac } from '../lib/aws/world/mac.ts';
import { rollbacks } from '../lib/aws/world/rollbacks.ts';
import { store } from '../lib/aws/world/store.ts';
import { surroundings } from '../lib/aws/world/surroundings.ts';
import { postDecision } from '../lib/console/decision-exchange.ts';
import { pageHandler } from '../lib/runtime/page-handler.ts';
import { startRollback } from '../lib/tasks/start-rollback.ts';

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
