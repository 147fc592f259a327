import type { HeaderRoute } from '../ports/traffic-router.ts';
import type { RolloutState } from '../rollout/state.ts';
import { assertOwned, decideRollback, type OwnedInput, ownedRollout, record } from './owned-rollout.ts';
import type { Part } from './world.ts';

const header = 'x-sluice-verify';
/** A new rule reaches all nodes of a load balancer within seconds, not at once: one good answer proves nothing. */
const answersInARow = 3;
/** Well under the 15 s that a mutating function may live, its other calls included. */
const patienceMilliseconds = 8_000;
/** No answer is waited for longer than this after the first request, so that the rule is gone before the function is. */
const longestMilliseconds = 11_000;
const pauseMilliseconds = 200;

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
    targetGroup: state.spec.slots[state.green].targetGroup,
    rolloutId: state.rolloutId,
  };
  const base = state.spec.url ?? (await world.router.urlOf(routing.listenerArn));
  const url = new URL(state.spec.healthPath, base).href;

  await assertOwned(world, input);
  const rule = await world.router.openHeaderRoute(route);
  let answer: Answer;
  try {
    answer = await askUntilSteady(url, route, state, world);
  } finally {
    await world.router.closeHeaderRoute(rule);
  }
  if (!answer.good) return decideRollback(world, stored, `Green did not answer well at ${url}: ${answer.said}`);
  await record(world, stored, { type: 'GreenVerified', url, status: answer.status, milliseconds: answer.milliseconds });
  return { outcome: 'verified' };
}

type Answer =
  | { readonly good: true; readonly status: number; readonly milliseconds: number }
  | { readonly good: false; readonly said: string };

async function askUntilSteady(url: string, route: HeaderRoute, state: RolloutState, world: Needs): Promise<Answer> {
  const started = world.now().getTime();
  const passed = () => world.now().getTime() - started;
  let good = 0;
  let answer: Answer = { good: false, said: 'it was not asked' };
  while (good < answersInARow && passed() < patienceMilliseconds) {
    const timeoutSeconds = Math.min(state.spec.timeouts.verifyRequest, (longestMilliseconds - passed()) / 1000);
    answer = await ask(url, route, timeoutSeconds, world);
    good = answer.good ? good + 1 : 0;
    if (good < answersInARow) await world.sleep(pauseMilliseconds);
  }
  return good >= answersInARow || !answer.good
    ? answer
    : { good: false, said: 'it answered well, but not often enough' };
}

async function ask(url: string, route: HeaderRoute, timeoutSeconds: number, { probe }: Needs): Promise<Answer> {
  try {
    const { status, milliseconds } = await probe.get(url, { [route.header]: route.value }, timeoutSeconds);
    return status >= 200 && status < 300
      ? { good: true, status, milliseconds }
      : { good: false, said: `status ${status}` };
  } catch (error) {
    // No answer is an answer about green: it is judged, not passed over.
    return { good: false, said: error instanceof Error ? error.message : String(error) };
  }
}
