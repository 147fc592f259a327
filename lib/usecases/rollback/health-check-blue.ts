import { driverOf } from '../../drivers/registry.ts';
import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { ProbeNotReady } from '../../ports/probe.ts';
import { healthQuestion } from '../../drivers/rules/health-question.ts';
import { isLeft } from '../../drivers/rules/left-rules.ts';
import { authenticates } from '../../drivers/rules/routing.ts';
import { overrunOf } from '../../rollout/rollback-budget.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { GuardNote } from '../ownership/guard.ts';
import { assertOwned, type OwnedInput, ownedRollout, record } from '../ownership/owned-rollout.ts';
import { probeOf } from '../../checks/answers/probe-of.ts';
import {
  evaluateAgain,
  evaluationTime,
  type EvaluationTime,
  type RollbackEvaluationInput,
  strayRule,
} from './rollback-evaluation.ts';
import { type Answer, steadyAnswer, unlessAccepted } from '../../checks/answers/steady-answer.ts';
import { blueHealth } from './verify-blue.ts';
import { verifyHeader } from '../../checks/answers/verification.ts';
import type { Part } from '../../ports/world.ts';

type Needs = Part<'store' | 'router' | 'probe' | 'schedules' | 'now' | 'sleep' | 'randomWord'>;

interface Output extends GuardNote {
  readonly outcome: 'answered' | 'waiting' | 'silent';
  readonly cause: string;
  /** When this attempt looked first: the next evaluation is told. */
  readonly since: string;
}

/**
 * State `HealthCheckBlue`: where blue answered before the rollout, real requests through the load balancer are answered by blue, on its health path, several times in
 * a row. More time than its budget is announced; after ten minutes the attempt ends. Where it is not blue that answers, since
 * somebody changed a rule, the attempt ends at once, so that the next one restores it.
 */
export async function healthCheckBlue(input: RollbackEvaluationInput, world: Needs): Promise<Output> {
  const before = await ownedRollout(world, input);
  const { state } = before;
  const time = evaluationTime(input, world.now());
  const output = { since: time.since.toISOString() };
  if (state.blueAnswered !== true)
    return byTargetHealth(before, time, 'it did not answer before the rollout either', world);
  // The maintenance page answers in the place of blue, and must not hold a rollback up.
  const { maintenance } = await world.store.stops(state.service);
  if (maintenance !== undefined) return byTargetHealth(before, time, 'users get the maintenance page', world);
  const asked = await askBlue(input, state, world).catch(unlessNotReady);
  // Blue is never judged by a probe that cannot ask.
  if (asked === 'notReady') return byTargetHealth(before, time, 'the probe has no network interface yet', world);
  if (asked === 'left') return byTargetHealth(before, time, 'the rule answers requests itself', world);
  if (asked === 'deleted') return byTargetHealth(before, time, 'the rule was deleted', world);
  const { url, answer } = asked;
  const overrun = overrunOf(state, 'healthCheck', time.since, world.now());
  if (answer.good) {
    const answered = { type: 'BlueAnswered', url, status: answer.status, milliseconds: answer.milliseconds } as const;
    const events = [...overrun, ...(state.happened?.BlueAnswered === undefined ? [answered] : [])];
    if (events.length > 0) await record(world, before, ...events);
    return { ...output, outcome: 'answered', cause: `blue answered ${answer.status} at ${url}` };
  }
  const stray = await strayRule(state, world);
  const cause = stray ?? `Blue did not answer well at ${url}: ${answer.said}`;
  return { ...output, ...(await evaluateAgain('silent', { cause, stray, overrun }, time, before, world)) };
}

/** Blue is never judged by a question that it did not answer before the rollout: then its targets' health decides. */
async function byTargetHealth(before: StoredRollout, time: EvaluationTime, why: string, world: Needs): Promise<Output> {
  const output = { since: time.since.toISOString() };
  const [stray, health] = await Promise.all([strayRule(before.state, world), blueHealth(before.state, world)]);
  const wrong = stray ?? health;
  const overrun = overrunOf(before.state, 'healthCheck', time.since, world.now());
  if (typeof wrong === 'number') {
    if (overrun.length > 0) await record(world, before, ...overrun);
    const cause = `${wrong} targets of blue are healthy; it was not asked, as ${why}`;
    return { ...output, outcome: 'answered', cause };
  }
  return { ...output, ...(await evaluateAgain('silent', { cause: wrong, stray, overrun }, time, before, world)) };
}

/** A probe without a network interface says nothing about blue. */
function unlessNotReady(error: unknown): 'notReady' {
  if (error instanceof ProbeNotReady) return 'notReady';
  throw error;
}

async function askBlue(
  owned: OwnedInput,
  state: RolloutState,
  world: Needs,
): Promise<{ readonly url: string; readonly answer: Answer } | 'left' | 'deleted'> {
  const { spec } = state;
  const [routing] = await world.router.find(trafficOf(spec).slice(0, 1));
  if (routing === undefined) return 'deleted';
  if (isLeft(state, routing)) return 'left';
  const entrance = await world.router.entranceOf(routing.listenerArn);
  const asked = healthQuestion(spec, routing, entrance);
  const asking = { ...world, probe: probeOf(spec, entrance, world.probe) };
  const question = {
    ...asked,
    timeoutSeconds: spec.timeouts.verifyRequest,
    fault: unlessAccepted(state.answerAccepts),
  };
  const { url } = asked;
  if (!authenticates(routing.actions)) return { url, answer: await steadyAnswer(question, asking) };

  // Reaches blue past a rule that would ask who the user is first.
  const route = { to: 'blue', header: verifyHeader, value: world.randomWord() } as const;
  await assertOwned(world, owned);
  const rule = await driverOf(spec).openRoute(state, routing, route, world);
  try {
    return {
      url,
      answer: await steadyAnswer(
        { ...question, headers: { ...question.headers, [verifyHeader]: route.value } },
        asking,
      ),
    };
  } finally {
    await world.router.closeHeaderRoute(rule);
  }
}
