import { now } from '../../lib/runtime/world/clock.ts';
import { emergencies } from '../../lib/runtime/world/emergencies.ts';
import { incidents } from '../../lib/runtime/world/incidents.ts';
import { troubles } from '../../lib/runtime/world/troubles.ts';
import { identityMac } from '../../lib/runtime/world/identity-mac.ts';
import { releases } from '../../lib/runtime/world/releases.ts';
import { sides } from '../../lib/runtime/world/sides.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { getConsole, keptReads } from '../../lib/console/console-exchange.ts';
import { pageHandler } from '../../lib/runtime/page-handler.ts';

const kept = keptReads(Date.now);
const world = { store, incidents, emergencies, troubles, releases, sides, identityMac, now, installation, kept };

/** GET of the pages of services and rollouts. Its role cannot write, so no visit can change anything. */
export const handler = pageHandler((request) => getConsole(request, world));
