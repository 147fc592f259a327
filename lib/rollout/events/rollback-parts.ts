import * as z from 'zod';
import { number, text, texts } from '../event-shapes.ts';
import { defineEvent } from './define-event.ts';
import { closeCommand, reasonOfRollback } from './rollback-text.ts';
import { counted } from '../../specification/text/counted.ts';

const blueVerified = defineEvent({
  type: 'BlueVerified',
  when: 'blue is healthy',
  detail: z.object({ healthy: number }),
  allowedIn: ['rollingBack'],
  severity: 'info',
  inHead: true,
  once: true,
  closes: ['BlueNotHealthy'],
  says: ({ healthy }) => `Blue has ${counted(healthy, 'healthy target')}.`,
  why: reasonOfRollback,
  next: 'Green is removed next.',
});

const blueNotHealthy = defineEvent({
  type: 'BlueNotHealthy',
  short: 'blue is not healthy',
  when: 'blue is not healthy after the rollback: a person has to act',
  detail: z.object({ reason: text }),
  allowedIn: ['rollingBack'],
  severity: 'critical',
  once: true,
  outlivesEnd: true,
  says: ({ reason }) => `Blue is not healthy after the rollback: ${reason}`,
  why: ({ reason }) => [reason],
  next: (_, { state, stage }) =>
    `Green keeps running, and another attempt follows. A person has to look at blue and decide. To end the rollback as it is: ${closeCommand(state.rolloutId, stage)}`,
});

const blueAnswered = defineEvent({
  type: 'BlueAnswered',
  when: 'blue answers through the load balancer',
  detail: z.object({ url: text, status: number, milliseconds: number }),
  allowedIn: ['rollingBack'],
  severity: 'info',
  inHead: true,
  once: true,
  says: ({ status, milliseconds }) => `Blue answered ${status} in ${milliseconds} ms through the load balancer.`,
  why: reasonOfRollback,
  next: 'Evidence of green is stored next, then green is removed.',
});

/** The rules have their own group stickiness again, which was off so that no client stayed with green. */
const stickinessRestored = defineEvent({
  type: 'StickinessRestored',
  when: 'group stickiness is on again',
  detail: z.object({ rules: number, seconds: number }),
  allowedIn: ['rollingBack'],
  severity: 'info',
  inHead: true,
  once: true,
  says: ({ rules, seconds }) => `Group stickiness of ${counted(rules, 'rule')} is on again, after its ${seconds} s.`,
  why: ['It was switched off for the rollback, because it outlives weights.'],
  next: 'Green is removed next.',
});

const evidenceCaptured = defineEvent({
  type: 'EvidenceCaptured',
  when: 'what green left behind was kept',
  detail: z.object({
    /** Where the evidence lies, as `s3://bucket/key`. */
    location: text,
  }),
  allowedIn: ['rollingBack'],
  severity: 'info',
  inHead: true,
  once: true,
  says: ({ location }) => `Evidence of green is kept at ${location}.`,
  why: reasonOfRollback,
  next: 'Green is removed next.',
});

const evidenceMissing = defineEvent({
  type: 'EvidenceMissing',
  short: 'evidence is not complete',
  when: 'a part of it could not be',
  detail: z.object({ missing: texts }),
  allowedIn: ['rollingBack'],
  severity: 'warning',
  once: true,
  says: ({ missing }) => `Evidence of green is not complete: ${missing.join('; ')}`,
  why: ({ missing }) => missing,
  next: 'Green is removed all the same. Look for what is missing by hand, soon.',
});

const partNames = {
  restore: 'Putting traffic back on blue',
  verifyBlue: 'Verifying blue',
  healthCheck: 'The health check of blue',
  removeGreen: 'Removing green',
  whole: 'The whole rollback',
} as const;

const overrun = { seconds: number, budgetSeconds: number };

/** One part of the rollback took longer than its budget. */
const rollbackPartSlow = defineEvent({
  type: 'RollbackPartSlow',
  short: 'part of the rollback was slow',
  when: 'a part of a rollback takes longer than promised',
  detail: z.object({ part: z.enum(['verifyBlue', 'healthCheck', 'removeGreen']), ...overrun }),
  allowedIn: ['rollingBack'],
  severity: 'warning',
  evolve: ({ slowParts = [] }, { part }) => ({ slowParts: [...slowParts, part] }),
  says: tookLonger,
  why: budget,
  next: 'The rollback goes on. Find out why this part was slow once it is over.',
});

/** Traffic, or the whole rollback, took longer than its budget. */
const rollbackSlow = defineEvent({
  type: 'RollbackSlow',
  short: 'the rollback was slow',
  when: 'traffic, or the whole rollback, takes longer than promised',
  detail: z.object({ part: z.enum(['restore', 'whole']), ...overrun }),
  allowedIn: ['rollingBack'],
  severity: 'critical',
  evolve: ({ slowParts = [] }, { part }) => ({ slowParts: [...slowParts, part] }),
  says: tookLonger,
  why: budget,
  next: 'Traffic is on blue. Find out what was slow: the next rollback will be slow, too.',
});

const greenRemoved = defineEvent({
  type: 'GreenRemoved',
  when: 'green is scaled to zero, or ECS could not end it',
  /** `left`: why green may run on. */
  detail: z.object({ left: z.string().optional() }),
  allowedIn: ['rollingBack'],
  severity: 'info',
  severityOf: ({ left }) => (left === undefined ? undefined : 'warning'),
  inHead: true,
  once: true,
  says: ({ left }) => (left === undefined ? 'Green is scaled to zero.' : `Green may run on: ${left}.`),
  why: reasonOfRollback,
  next: ({ left }) =>
    left === undefined
      ? 'The rollback is closed next.'
      : 'The rollback is closed next; traffic is on blue. See in ECS which tasks of green run, and deploy the service again to end them.',
});

/** Blue is verified, evidence is kept and green is removed, each part within its budget. */
export const rollbackParts = [
  blueVerified,
  blueNotHealthy,
  blueAnswered,
  stickinessRestored,
  evidenceCaptured,
  evidenceMissing,
  rollbackPartSlow,
  rollbackSlow,
  greenRemoved,
] as const;

interface Overrun {
  readonly part: keyof typeof partNames;
  readonly seconds: number;
  readonly budgetSeconds: number;
}

function tookLonger({ part, seconds, budgetSeconds }: Overrun): string {
  return `${partNames[part]} took ${seconds} s, more than its budget of ${budgetSeconds} s.`;
}

function budget({ seconds, budgetSeconds }: Overrun): readonly string[] {
  return [`${seconds} s, with a budget of ${budgetSeconds} s.`];
}
