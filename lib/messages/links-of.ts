import type { EventType } from '../rollout/events.ts';
import type { RolloutState } from '../rollout/state.ts';

interface Link {
  readonly text: string;
  readonly url: string;
}

/** What links are made of; see `Installation`. */
interface Around {
  readonly region: string;
  readonly pagesUrl?: string | undefined;
  readonly linksFor?: (state: RolloutState, type: EventType) => readonly Link[];
}

/** Returns the links of a message, the page that says most of it first. */
export function linksOf(state: RolloutState, around: Around, type: EventType): readonly Link[] {
  const execution = {
    text: 'Execution in the AWS console',
    url: `https://${around.region}.console.aws.amazon.com/states/home?region=${around.region}#/v2/executions/details/${encodeURI(state.executionArn)}`,
  };
  const page =
    around.pagesUrl === undefined
      ? []
      : [{ text: 'See the rollout', url: `${around.pagesUrl}/rollouts/${state.rolloutId}` }];
  return [...incidentPage(state, around, type), ...page, ...(around.linksFor?.(state, type) ?? []), execution];
}

/** What tells of an incident leads to it first: who commands it, what is due and what happened stand there. */
function incidentPage({ service }: RolloutState, { pagesUrl }: Around, type: EventType): readonly Link[] {
  if (pagesUrl === undefined || !type.startsWith('Incident')) return [];
  return [{ text: 'See the incident', url: `${pagesUrl}/services/${service}?show=incident` }];
}
