import { setting } from '../../lib/platform/environment.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { vitals } from '../../lib/runtime/world/vitals.ts';
import { jsonHandler } from '../../lib/runtime/json-handler.ts';
import { health } from '../../lib/usecases/watching/health.ts';

const version = setting('VERSION');

/** `GET /health`: 200 where the stack could do its work, 503 where not; the body says what was looked at. */
export const handler = jsonHandler(async () => {
  const body = await health({ store, vitals, installation, version, now });
  return { status: body.status === 'ok' ? 200 : 503, body };
});
