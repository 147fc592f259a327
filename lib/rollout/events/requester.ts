import * as z from 'zod';
import { texts } from '../event-shapes.ts';
import type { Phase } from '../phase.ts';
import type { RolloutFacts } from '../rollout-facts.ts';
import { defineEvent } from './define-event.ts';

/** Who requested it is found out before traffic, if at all. */
const beforeTraffic: readonly Phase[] = ['checking', 'awaitingApproval'];

const requesterFound = defineEvent({
  type: 'RequesterFound',
  when: 'it was found out who requested the rollout',
  detail: z.object({
    /** Who it is, in words. */
    by: z.string(),
    identities: texts,
    /** Names of people whose approval does not count any more, as they requested the rollout. */
    withdrawn: texts,
  }),
  allowedIn: beforeTraffic,
  severity: 'info',
  inHead: true,
  evolve: (state, { by, identities, withdrawn }) => ({
    requester: { standing: 'named', identities: [...new Set([...identities, by])] },
    ...withoutApprovals(state, withdrawn),
  }),
  says: ({ by, withdrawn }) => `Requested by ${by}${withdrawnText(withdrawn)}`,
  next: 'The requester cannot let traffic in; another person has to.',
});

const requesterUnknown = defineEvent({
  type: 'RequesterUnknown',
  when: 'it could not be found out who requested the rollout',
  detail: z.object({ why: z.string(), identities: texts.optional(), withdrawn: texts.optional() }),
  allowedIn: beforeTraffic,
  severity: 'info',
  evolve: (state, { why, identities, withdrawn = [] }) => ({
    requester: { standing: 'unknown', why, ...(identities !== undefined && { identities }) },
    ...withoutApprovals(state, withdrawn),
  }),
  says: ({ why, withdrawn = [] }) => `It is not known who requested this: ${why}${withdrawnText(withdrawn)}`,
  why: ({ why }) => [why],
  next: 'One of those who approve may have requested it.',
});

/** Who requested a rollout. */
export const requesterEvents = [requesterFound, requesterUnknown] as const;

/** What the requester approved meanwhile does not count. */
function withoutApprovals({ approval }: RolloutFacts, names: readonly string[]): Partial<RolloutFacts> {
  if (approval === undefined || names.length === 0) return {};
  return { approval: { ...approval, given: approval.given.filter(({ name }) => !names.includes(name)) } };
}

function withdrawnText(withdrawn: readonly string[]): string {
  return withdrawn.length === 0 ? '.' : `, so the approval of ${withdrawn.join(', ')} does not count any more.`;
}
