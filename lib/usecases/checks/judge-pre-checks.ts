import * as z from 'zod';
import { type CheckResult, checkResult } from '../../rollout/event-shapes.ts';
import { shapeOf } from '../../drivers/shapes/registry.ts';
import { driverOf } from '../../drivers/registry.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { disarmGuard, type GuardNote, pushGuard } from '../ownership/guard.ts';
import { needsApproval } from '../../rollout/rollout-facts.ts';
import { ownedInput, trustedRollout, record } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/** A check that could not be run saw an error with its stack, which the record, messages and the cause need not hold. */
const sentence = z.string().transform((text) => text.slice(0, 1000));

const oneResult = checkResult.unwrap().extend({
  saw: sentence,
  expected: sentence,
  accepts: z.string().max(200).optional(),
});
/** What one call found: of one check, or of each that the spec turns on. */
const found = oneResult.extend({ results: z.array(oneResult).optional() });

export const judgePreChecksInput = ownedInput.extend({
  results: z.array(found).min(1, 'no pre-check was run'),
});

type Needs = Part<'store' | 'schedules' | 'now' | 'runtime'>;

interface Output extends GuardNote {
  /** Why what waits for the rollout was not ended; absent where it was, or nothing waits. */
  readonly waits?: string;
  readonly outcome: 'passed' | 'needsApproval' | 'rejected';
  /** Empty where all passed. */
  readonly reason: string;
}

/**
 * State `JudgePreChecks`: all must pass; otherwise the rollout is rejected and its lock released. Comes again after people have
 * approved, which may take a day, and after they have rejected.
 */
export async function judgePreChecks(input: z.output<typeof judgePreChecksInput>, world: Needs): Promise<Output> {
  const stored = await trustedRollout(world, input);
  const { phase, reason } = stored.state;
  const results = input.results.flatMap(({ results: ofSpec, ...one }) => ofSpec ?? [one]);
  const failed = results.filter((one) => holdsUp(one, stored.state.spec));
  if (phase === 'rejected') {
    const why = (reason ?? 'no reason was recorded').slice(0, 2000);
    const waits = await endWaiting(stored.state, failed, world);
    return { outcome: 'rejected', reason: why, ...waits, ...(await disarmGuard(input, world)) };
  }
  if (phase === 'awaitingApproval') return { outcome: 'needsApproval', reason: '' };
  if (phase !== 'checking') return { outcome: 'passed', reason: '' };

  if (failed.length === 0) {
    await record(world, stored, { type: 'PreChecksPassed', results });
    const outcome = needsApproval(stored.state) ? 'needsApproval' : 'passed';
    return { outcome, reason: '', ...(await pushGuard(stored, 0, world)) };
  }
  const why = failed.map((one) => inWords(one)).join('. ');
  await record(world, stored, { type: 'RolloutRejected', reason: why, results });
  const waits = await endWaiting(stored.state, failed, world);
  return { outcome: 'rejected', reason: why, ...waits, ...(await disarmGuard(input, world)) };
}

/**
 * Ends the deployment that waits for a rejected rollout. One that was rejected only for what could not be found out may be tried again:
 * its deployment waits on, until its own time-out. Where the call fails that time-out sends it back, too.
 */
async function endWaiting(
  state: RolloutState,
  failed: readonly CheckResult[],
  world: Part<'runtime'>,
): Promise<{ readonly waits?: string }> {
  if (shapeOf(state.spec).cannot.starts === undefined) return {};
  if (failed.length > 0 && failed.every(({ result }) => result !== 'failed'))
    return { waits: 'no check has found anything wrong' };
  try {
    await driverOf(state.spec).reject(state, world);
    return {};
  } catch (error) {
    return { waits: messageOf(error) };
  }
}

function inWords({ name, saw, expected, fix }: CheckResult): string {
  return `${name}: saw ${saw}; expected ${expected}${fix === undefined ? '' : `; to fix: ${fix}`}`;
}

/** A check that warns, or that a person has waived for this rollout, holds nothing up. */
function holdsUp({ name, passed, result, waived }: CheckResult, { checks = {} }: RolloutSpec): boolean {
  if (passed || result === 'warned' || waived !== undefined) return false;
  const severity = new Map(Object.entries(checks)).get(name)?.severity ?? 'block';
  return severity === 'block';
}
