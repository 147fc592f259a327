import { now } from '../../lib/runtime/world/clock.ts';
import { identityMac } from '../../lib/runtime/world/identity-mac.ts';
import { links } from '../../lib/runtime/world/links.ts';
import { linksUrl } from '../../lib/runtime/world/links-url.ts';
import { mac } from '../../lib/runtime/world/mac.ts';
import { startRollback } from '../../lib/runtime/world/start-rollback.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { postDecision } from '../../lib/console/decision-exchange.ts';
import { pageHandler } from '../../lib/runtime/page-handler.ts';

const world = {
  store,
  links,
  linksUrl,
  mac,
  identityMac,
  now,
  installation,
  startRollback,
};

/** POST of a personal link: one decision. */
export const handler = pageHandler((request) => postDecision(request, world));
