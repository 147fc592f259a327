import { DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { setTimeout as sleep } from 'node:timers/promises';
import { isActive } from '../../lib/rollout/phase.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { sample } from '../sample/sample-names.ts';
import type { LocalStack } from '../stack/local-stack.ts';

export interface Converged {
  readonly state: RolloutState;
  /** Since when all traffic has been on the slot that it stayed on, epoch milliseconds. */
  readonly since: number;
}

const pollMs = 500;

/**
 * Waits until a rollout has ended, holds no lock, and its rule sends everything to the slot that should have it: blue after a
 * rollback, green after a success.
 * @throws Error that says what is still missing when the time is over
 */
export async function untilConverged(
  stack: LocalStack,
  rolloutId: string,
  withinSeconds: number,
  isOver: () => boolean,
): Promise<Converged> {
  const deadline = performance.now() + withinSeconds * 1000;
  for (;;) {
    const missing = await look(stack, rolloutId).catch(
      // The local AWS may be down just now.
      (error: unknown) => `it cannot be seen: ${error instanceof Error ? error.message : String(error)}`,
    );
    if (typeof missing !== 'string') return missing;
    if (isOver()) throw new Error(`stopped before it converged: ${missing}`);
    if (performance.now() > deadline) throw new Error(`not converged after ${withinSeconds} s: ${missing}`);
    await sleep(pollMs);
  }
}

async function look({ clients, service, truth }: LocalStack, rolloutId: string): Promise<Converged | string> {
  const stored = await clients.store.load(rolloutId);
  if (stored === undefined) return `there is no record of ${rolloutId}`;
  const { state } = stored;
  if (isActive(state)) return `the rollout is ${state.phase}, with ${state.weight} % on green`;
  const { lockedBy } = await clients.store.service(sample.service);
  if (lockedBy !== undefined) return `the service is still locked by ${lockedBy}`;
  const serving = service.targetGroups[state.phase === 'succeeded' ? state.green : state.blue];
  const live = await liveWeights({ clients, service });
  const isThere = (weights: Readonly<Record<string, number>>) =>
    Object.entries(weights).every(([group, weight]) => (group === serving ? weight > 0 : weight === 0));
  if (!isThere(live)) return `the rollout is ${state.phase}, but its rule has ${JSON.stringify(live)}`;
  const ofRule = (await truth.changes()).filter(({ arn }) => arn === service.ruleArn);
  const last = ofRule.findLastIndex(({ weights }) => !isThere(weights));
  return { state, since: ofRule[last + 1]?.at ?? Date.now() };
}

/** What the load balancer itself says. */
async function liveWeights({
  clients,
  service,
}: Pick<LocalStack, 'clients' | 'service'>): Promise<Readonly<Record<string, number>>> {
  const { Rules: [rule] = [] } = await clients.elb.send(new DescribeRulesCommand({ RuleArns: [service.ruleArn] }));
  const groups = rule?.Actions?.flatMap(({ ForwardConfig }) => ForwardConfig?.TargetGroups ?? []) ?? [];
  return Object.fromEntries(groups.map(({ TargetGroupArn = '', Weight = 0 }) => [TargetGroupArn, Weight]));
}
