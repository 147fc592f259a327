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

/** The consoles of partitions that have one of their own. */
const consoles: Readonly<Record<string, string>> = {
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-eusc': 'console.amazonaws-eusc.eu',
};

/** The address of an execution in the console of its partition, which its ARN names. */
function consoleUrl(executionArn: string, region: string): string {
  const host = consoles[executionArn.split(':')[1] ?? ''] ?? 'console.aws.amazon.com';
  return `https://${region}.${host}/states/home?region=${region}#/v2/executions/details/${encodeURI(executionArn)}`;
}

/** Returns the links of a message, the page that says most of it first. */
export function linksOf(state: RolloutState, around: Around, type: EventType): readonly Link[] {
  const execution = {
    text: 'Execution in the AWS console',
    url: consoleUrl(state.executionArn, around.region),
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
