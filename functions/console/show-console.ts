import { now } from '../../lib/runtime/world/clock.ts';
import { identityMac } from '../../lib/runtime/world/identity-mac.ts';
import { sides } from '../../lib/runtime/world/sides.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { getConsole, type KeptReads } from '../../lib/console/console-exchange.ts';
import { keptForASecond } from '../../lib/console/kept.ts';
import { pageHandler } from '../../lib/runtime/page-handler.ts';

const kept: KeptReads = {
  stored: keptForASecond(Date.now),
  rollouts: keptForASecond(Date.now),
  names: keptForASecond(Date.now),
  services: keptForASecond(Date.now),
};
const world = { store, sides, identityMac, now, installation, kept };

/** GET of the pages of services and rollouts. Its role cannot write, so no visit can change anything. */
export const handler = pageHandler((request) => getConsole(request, world));
