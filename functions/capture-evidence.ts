import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { archive, evidence } from '../lib/aws/world/evidence.ts';
import { metrics } from '../lib/aws/world/metrics.ts';
import { router } from '../lib/aws/world/router.ts';
import { store } from '../lib/aws/world/store.ts';
import { captureEvidence } from '../lib/tasks/capture-evidence.ts';
import { ownedInput } from '../lib/tasks/owned-rollout.ts';

/** State `CaptureEvidence`: keeps why green failed before green is gone. */
export const handler = taskHandler(ownedInput, (input) =>
  captureEvidence(input, { store, router, metrics, evidence, archive, now }),
);
