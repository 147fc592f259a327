import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import * as z from 'zod';
import { int, number, optionalNumber, optionalText, text, texts } from '../event-shapes.ts';
import type { RolloutFacts } from '../rollout-facts.ts';
import { defineEvent } from './define-event.ts';
import { imageName } from './image-name.ts';
import { later, stepText } from './step-text.ts';
import { counted } from '../../specification/text/counted.ts';

const greenDeployed = defineEvent({
  type: 'GreenDeployed',
  when: 'green gets its tasks',
  detail: z.object({ taskDefinition: text, deploymentId: text, count: number }),
  allowedIn: ['provisioning'],
  progress: true,
  severity: 'info',
  inHead: true,
  evolve: (_, { taskDefinition, deploymentId }, at) => ({
    greenTaskDefinition: taskDefinition,
    deploymentId,
    provisionedAt: at,
  }),
  says: ({ count }, state) => `Green gets ${counted(count, 'task')} of ${imageName(state)}.`,
  why: ['The pre-checks passed, and every required approval is given.'],
  next: (_, { state, at }) => `Its tasks must be ready by ${later(at, state.spec.timeouts.provisionGreen)}.`,
});

const greenReady = defineEvent({
  type: 'GreenReady',
  when: 'green runs the pinned image',
  detail: z.object({ running: number, digest: text }),
  allowedIn: ['provisioning'],
  progress: true,
  severity: 'info',
  inHead: true,
  evolve: () => ({ phase: 'verifying' }),
  says: ({ running, digest }) => `Green runs ${counted(running, 'task')}, all with ${digest.slice(0, 19)}.`,
  why: ['Its deployment is complete, and every task runs the pinned image.'],
  next: 'Green is verified before any user reaches it.',
});

const proofs = {
  version: 'Its answers name the version.',
  requests: 'Its target group counted the requests.',
  targetHealth: "The load balancer's health checks alone: no request was sent.",
} as const;

const greenVerified = defineEvent({
  type: 'GreenVerified',
  when: 'green has answered',
  detail: z.object({
    /** Absent where no request was sent. */
    url: optionalText,
    status: optionalNumber,
    milliseconds: optionalNumber,
    /** What showed that it was green: the version in its answers, the count of its target group, or its targets' health alone. */
    proof: z.enum(['version', 'requests', 'targetHealth']).optional(),
    /** Requests that were sent and answered, and what green's target group counted of them. */
    requests: optionalNumber,
    counted: optionalNumber,
    /** Healthy targets. */
    healthy: optionalNumber,
  }),
  allowedIn: ['verifying'],
  progress: true,
  severity: 'info',
  inHead: true,
  once: true,
  says: ({ status, milliseconds, healthy }) =>
    status === undefined
      ? `${counted(healthy ?? 0, 'target')} of green ${healthy === 1 ? 'is' : 'are'} healthy before any user sees it.`
      : `Green answered ${status} in ${milliseconds ?? 0} ms before any user saw it.`,
  why: ({ url, proof, requests, counted }) => [
    ...(url === undefined ? [] : [`Asked at ${url}`]),
    ...(proof === undefined ? [] : [proofs[proof]]),
    ...(requests === undefined ? [] : [`${requests} requests, ${counted ?? 0} of them counted by its target group.`]),
  ],
  next: (_, { state: { spec } }) =>
    spec.verify?.health === undefined && spec.verify?.requests === undefined
      ? 'The header route opens next.'
      : 'The requests of the spec are sent to it next.',
});

const greenRequestsPassed = defineEvent({
  type: 'GreenRequestsPassed',
  when: 'green has answered the requests of the spec as expected',
  detail: z.object({
    results: z.array(z.object({ name: text, saw: text, milliseconds: number }).readonly()).readonly(),
  }),
  allowedIn: ['verifying'],
  progress: true,
  severity: 'info',
  inHead: true,
  once: true,
  says: ({ results }) => `Green answered ${counted(results.length, 'request')} of the spec as expected.`,
  why: ({ results }) => results.map(({ name, saw }) => `${name}: ${saw}`),
  next: 'The header route opens next.',
});

const headerRouteOpened = defineEvent({
  type: 'HeaderRouteOpened',
  when: 'requests with the header reach green',
  detail: z.object({
    header: text,
    value: text,
    /** Rules and listeners that authenticate their users: a header route beside them would let everybody in. */
    withheldFrom: texts.optional(),
  }),
  allowedIn: ['verifying'],
  progress: true,
  severity: 'info',
  inHead: true,
  evolve: () => ({ phase: 'shifting' }),
  says: headerRoute,
  why: ['Green answered well before any user reached it.'],
  next: (_, { state }) => stepText(state, 0),
});

/** Green is given more tasks for the step to come, or waited for. */
const greenSized = defineEvent({
  type: 'GreenSized',
  when: 'green gets more tasks for the step to come',
  detail: z.object({
    step: int,
    count: number,
    /** What blue had then. */
    blueCount: number,
  }),
  allowedIn: ['shifting'],
  severity: 'info',
  inHead: true,
  // The time runs from the first evaluation of a step on, however often blue grows meanwhile.
  evolve: ({ sizing }, { step, count }, at) => ({
    sizing: { step, count, since: sizing?.step === step ? sizing.since : at },
  }),
  says: ({ step, count, blueCount }) =>
    `Green gets ${counted(count, 'task')} for step ${step + 1}; blue has ${blueCount}.`,
  why: ({ step }) => [`Step ${step + 1} needs that many to carry its share.`],
  next: ({ step }) => `Step ${step + 1} begins once they are healthy.`,
});

/** Green is provisioned, verified and sized. */
export const green = [
  greenDeployed,
  greenReady,
  greenVerified,
  greenRequestsPassed,
  headerRouteOpened,
  greenSized,
] as const;

interface HeaderRoute {
  readonly header: string;
  readonly value: string;
  readonly withheldFrom?: readonly string[] | undefined;
}

function headerRoute({ header, value, withheldFrom = [] }: HeaderRoute, { spec }: RolloutFacts): string {
  const why = `${withheldFrom.join(', ')}: it authenticates its users, and a header route would let every user in`;
  if (withheldFrom.length === 0) return `Requests with ${header}: ${value} go to green.`;
  if (withheldFrom.length === trafficOf(spec).length) return `No header leads to green beside ${why}.`;
  return `Requests with ${header}: ${value} go to green, but not beside ${why}.`;
}
