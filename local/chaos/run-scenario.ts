import { setTimeout as sleep } from 'node:timers/promises';
import { type SampleVersion, versions } from '../../examples/web/versions.ts';
import { isActive } from '../../lib/rollout/phase.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import type { Load } from '../load/load.ts';
import { sample } from '../sample/sample-names.ts';
import { startSampleRollout } from '../sample/start-rollout.ts';
import type { LocalStack } from '../stack/local-stack.ts';
import { untilConverged } from './converge.ts';
import type { ScenarioReport } from './report.ts';
import type { Scenario } from './scenario.ts';
import { repair } from './scenarios.ts';

export interface Chaos {
  readonly stack: LocalStack;
  readonly load: Load;
  /** What serves now: another good version is rolled out next. */
  serving: SampleVersion;
  /** Whether somebody has asked to stop. */
  readonly isOver: () => boolean;
}

/** A rollout went back before the harm that a scenario does: on a busy machine its own guard or hold may end it. */
export class CameToNoHarm extends Error {
  override readonly name = 'CameToNoHarm';
}

/** Against hanging, not a measure of speed. */
const openedWithinSeconds = 600;
/** Beyond its bound a scenario is still waited for: how late it is says more than that it is late. */
const lateSeconds = 160;

/**
 * Rolls a version out, does the harm once green has traffic, and waits for what becomes of it.
 * @throws CameToNoHarm where the rollout had ended before, unless this is the last try: then the report says so
 */
export async function runScenario(
  scenario: Scenario,
  chaos: Chaos,
  guardSeconds: number,
  isLast: boolean,
): Promise<ScenarioReport> {
  const { stack, load } = chaos;
  const version = scenario.version ?? (chaos.serving === versions.good ? versions.next : versions.good);
  const before = load.report();
  const counts = () => {
    const { requests, failed, byVersion } = load.report();
    const ofVersion = (report: typeof before) => report.byVersion[version.env.VERSION]?.failed ?? 0;
    return {
      requests: requests - before.requests,
      failed: failed - before.failed,
      failedOfGreen: ofVersion({ ...before, byVersion }) - ofVersion(before),
    };
  };
  const report = { name: scenario.name, what: scenario.what, guardSeconds };
  try {
    const running = await untilBaking(await startSampleRollout(version, stack), scenario, chaos);
    const from = await scenario.harm(stack, running);
    const { state, since } = await untilConverged(stack, running.rolloutId, guardSeconds + lateSeconds, chaos.isOver);
    if (state.phase === 'succeeded') chaos.serving = version;
    const seconds = Math.max(0, (since - from) / 1000);
    const ended = state.phase === 'succeeded' ? 'Succeeded' : 'RolledBack';
    const problem = await problemOf(scenario, state, from, seconds, guardSeconds, stack);
    return { ...report, ended, seconds, ...counts(), ...(problem !== undefined && { problem }) };
  } catch (error) {
    if (error instanceof CameToNoHarm && !isLast) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    return { ...report, ended: 'not converged', seconds: null, ...counts(), problem };
  } finally {
    if (!chaos.isOver()) await repair(stack);
  }
}

async function problemOf(
  { struck, alsoHolds }: Scenario,
  { green }: RolloutState,
  from: number,
  seconds: number,
  guardSeconds: number,
  stack: LocalStack,
): Promise<string | undefined> {
  const { truth, service } = stack;
  if (seconds > guardSeconds) return `it took longer than the guard's period of ${guardSeconds} s`;
  const changes = (await truth.changes()).filter(({ at, arn }) => at >= from && arn === service.ruleArn);
  if (struck?.(changes, service.targetGroups[green]) === false) return 'the harm was not done, so nothing is proven';
  return alsoHolds?.(stack);
}

/** Waits until the rollout that follows another one bakes at a step. @throws Error where none comes there */
export async function untilBaking(
  before: string | undefined,
  { step }: Pick<Scenario, 'step'>,
  { stack, isOver }: Pick<Chaos, 'stack' | 'isOver'>,
): Promise<RolloutState> {
  const { store } = stack.clients;
  const deadline = performance.now() + openedWithinSeconds * 1000;
  for (;;) {
    const newest = (await store.list(sample.service, 1))[0]?.rolloutId;
    const state = newest === undefined || newest === before ? undefined : (await store.load(newest))?.state;
    if (state?.phase === 'baking' && state.step === step) return state;
    const seen =
      state === undefined
        ? 'none was opened'
        : `it is ${state.phase}, at step ${state.step + 1}: ${state.reason ?? 'no reason'}`;
    const hasEnded = state !== undefined && !isActive(state);
    if (hasEnded || isOver() || performance.now() > deadline) {
      throw new (hasEnded ? CameToNoHarm : Error)(`no rollout came to step ${step + 1} to do harm to: ${seen}`);
    }
    await sleep(50);
  }
}
