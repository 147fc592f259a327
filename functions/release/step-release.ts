import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { announcer } from '../../lib/runtime/world/announcer.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { executions } from '../../lib/runtime/world/executions.ts';
import { releaseExecutions } from '../../lib/runtime/world/release-executions.ts';
import { releases } from '../../lib/runtime/world/releases.ts';
import { rollbacks } from '../../lib/runtime/world/rollbacks.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { stepRelease, stepReleaseInput } from '../../lib/usecases/release/step-release.ts';

/** State `StepRelease`: one evaluation of a release, and what follows from it. */
export const handler = taskHandler(stepReleaseInput, (input) =>
  stepRelease(input, {
    ...{ store, releases, executions, rollbacks, releaseExecutions, router, runtime, announcer, installation, now },
  }),
);
