import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { releases } from '../../lib/runtime/world/releases.ts';
import { tellRelease, tellReleaseInput } from '../../lib/usecases/release/tell-release.ts';

/** State `TellRelease`: a person wants a release to stop, or to go back. */
export const handler = taskHandler(tellReleaseInput, (input) => tellRelease(input, { releases, now }));
