import { now } from '../../lib/runtime/world/clock.ts';
import { identityMac } from '../../lib/runtime/world/identity-mac.ts';
import { links } from '../../lib/runtime/world/links.ts';
import { mac } from '../../lib/runtime/world/mac.ts';
import { sides } from '../../lib/runtime/world/sides.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { getDecision } from '../../lib/console/decision-exchange.ts';
import { pageHandler } from '../../lib/runtime/page-handler.ts';

const world = { store, links, mac, identityMac, now, installation, sides };

/** GET and HEAD of a personal link. Its role cannot write, so no visit can change anything. */
export const handler = pageHandler((request) => getDecision(request, world));
