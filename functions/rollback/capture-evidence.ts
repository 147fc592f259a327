import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { archive, evidence } from '../../lib/runtime/world/evidence.ts';
import { metrics } from '../../lib/runtime/world/gate-metrics.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { captureEvidence } from '../../lib/usecases/rollback/capture-evidence.ts';
import { ownedInput } from '../../lib/usecases/ownership/owned-rollout.ts';

/** State `CaptureEvidence`: keeps why green failed before green is gone. */
export const handler = taskHandler(ownedInput, (input) =>
  captureEvidence(input, { store, router, metrics, evidence, archive, now }),
);
