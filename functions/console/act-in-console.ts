import { now } from '../../lib/runtime/world/clock.ts';
import { identityMac } from '../../lib/runtime/world/identity-mac.ts';
import { linksUrl } from '../../lib/runtime/world/links-url.ts';
import { orderIncident } from '../../lib/runtime/world/order-incident.ts';
import { releaseExecutions } from '../../lib/runtime/world/release-executions.ts';
import { releases } from '../../lib/runtime/world/releases.ts';
import { startRollback } from '../../lib/runtime/world/start-rollback.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { postConsole } from '../../lib/console/post-console.ts';
import { pageHandler } from '../../lib/runtime/page-handler.ts';

const world = {
  store,
  linksUrl,
  identityMac,
  now,
  startRollback,
  orderIncident,
  releases,
  releaseExecutions,
};

/** POST of the page of a rollout, an incident or a release: what a person of the spec who signed in decided. */
export const handler = pageHandler((request) => postConsole(request, world));
