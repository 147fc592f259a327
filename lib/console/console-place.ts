import { cookieOf } from './cookies.ts';
import type { ConsoleRequest } from './page-request.ts';
import { sessionCookie } from './session.ts';

/** The pages by the paths of the API. */
export const consolePaths = { services: '/', service: '/services/{name}', rollout: '/rollouts/{name}' } as const;

/** The page of a service's newest incident has the path of the service: the API needs no path of its own for it. */
export function showsIncident({ resource, query }: ConsoleRequest): boolean {
  return resource === consolePaths.service && query['show'] === 'incident';
}

/** The page of a release has the path of all services, likewise; `undefined` where another page is asked for. */
export function shownRelease({ resource, query }: ConsoleRequest): string | undefined {
  return resource === consolePaths.services ? query['release'] : undefined;
}

/** Returns the place of a page below the root of all pages, as a sign-in leads back to it. */
export function askedPlace(request: ConsoleRequest): string {
  const { resource, name } = request;
  const release = shownRelease(request);
  if (resource === consolePaths.services) return release === undefined ? '' : `?release=${release}`;
  if (resource === consolePaths.rollout) return `rollouts/${name}`;
  return `services/${name}${showsIncident(request) ? '?show=incident' : ''}`;
}

/** A form is good for the visitor and the page that showed it. */
export function formKeyOf(request: ConsoleRequest): string {
  const { resource, headers, name } = request;
  // Forms of rollouts that were shown before an upgrade stay good.
  const page = resource === consolePaths.rollout ? name : askedPlace(request);
  return `${cookieOf(headers['cookie'], sessionCookie) ?? ''} ${page}`;
}
