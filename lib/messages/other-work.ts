import type { OtherWork } from '../rollout/events/define-event.ts';

/** Returns what a message says of work that has no record yet: its service's page says more of it than that of another rollout. */
export function aboutOther({ image }: OtherWork, service: string, pagesUrl: string | undefined) {
  const page = { text: 'See the service', url: `${pagesUrl ?? ''}/services/${service}` };
  return { image, links: pagesUrl === undefined ? [] : [page], standsAlone: true } as const;
}
