import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { releaseExecutions } from '../../lib/runtime/world/release-executions.ts';
import { releases } from '../../lib/runtime/world/releases.ts';
import { reviveReleases, reviveReleasesInput } from '../../lib/usecases/release/revive-releases.ts';

/** Trigger: a schedule, and the end of an execution of the release machine. */
export const handler = taskHandler(reviveReleasesInput, (input) =>
  reviveReleases(input, { releases, releaseExecutions }),
);
