import type { HeaderRoute } from '../ports/traffic-router.ts';
import { pairOfRouting } from '../rollout/pairs.ts';
import { assertOwned, decideRollback, type OwnedInput, ownedRollout, record } from './owned-rollout.ts';
import { type Answer, steadyAnswer } from './steady-answer.ts';
import type { Part } from './world.ts';

const header = 'x-sluice-verify';

type Needs = Part<'store' | 'router' | 'probe' | 'now' | 'sleep' | 'randomWord'>;

/**
 * State `VerifyGreen`: real requests reach green through the load balancer before any user's do, by a header value that
 * nobody else knows. The rule is gone when the function returns; one that outlives a killed function carries the rollout's
 * tag and is removed with the header route.
 */
export async function verifyGreen(input: OwnedInput, world: Needs): Promise<{ outcome: 'verified' | 'rollBack' }> {
  const stored = await ownedRollout(world, input);
  const { state } = stored;
  if (state.phase === 'rollingBack') return { outcome: 'rollBack' };
  if (state.phase !== 'verifying' || state.happened?.GreenVerified !== undefined) return { outcome: 'verified' };

  const [routing] = await world.router.read(state.spec.traffic.slice(0, 1));
  if (routing === undefined) throw new Error(`The spec of ${state.service} names no traffic.`);
  const route: HeaderRoute = {
    listenerArn: routing.listenerArn,
    besideRule: routing.kind === 'rule' ? routing.arn : undefined,
    header,
    value: world.randomWord(),
    targetGroup: pairOfRouting(state, routing).green,
    rolloutId: state.rolloutId,
  };
  const base = state.spec.url ?? (await world.router.urlOf(routing.listenerArn));
  const url = new URL(state.spec.healthPath, base).href;

  await assertOwned(world, input);
  const rule = await world.router.openHeaderRoute(route);
  let answer: Answer;
  try {
    answer = await steadyAnswer(
      { url, headers: { [header]: route.value }, timeoutSeconds: state.spec.timeouts.verifyRequest },
      world,
    );
  } finally {
    await world.router.closeHeaderRoute(rule);
  }
  if (!answer.good) return decideRollback(world, stored, `Green did not answer well at ${url}: ${answer.said}`);
  await record(world, stored, { type: 'GreenVerified', url, status: answer.status, milliseconds: answer.milliseconds });
  return { outcome: 'verified' };
}
