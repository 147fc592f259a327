import { consolePaths } from './console-place.ts';
import type { PageAnswer } from './page.ts';
import type { ConsoleRequest } from './page-request.ts';
import { postIncident, type PostIncidentNeeds } from './post-incident.ts';
import { postRelease, type PostReleaseNeeds } from './post-release.ts';
import { postRollout, type PostRolloutNeeds } from './post-rollout.ts';

/** POST of a page of the console. */
export function postConsole(
  request: ConsoleRequest,
  world: PostRolloutNeeds & PostIncidentNeeds & PostReleaseNeeds,
): Promise<PageAnswer> {
  if (request.resource === consolePaths.rollout) return postRollout(request, world);
  return request.resource === consolePaths.services ? postRelease(request, world) : postIncident(request, world);
}
