import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { registry } from '../../lib/runtime/world/registry.ts';
import { releases } from '../../lib/runtime/world/releases.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { openRelease, openReleaseInput } from '../../lib/usecases/release/open-release.ts';

/** State `OpenRelease`: a release with all of its members, or a rejection. */
export const handler = taskHandler(openReleaseInput, (input) =>
  openRelease(input, { store, releases, router, runtime, registry, installation, now }),
);
