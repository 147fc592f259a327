import * as z from 'zod';
import { type CheckResult, checkResult } from '../../rollout/event-shapes.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { disarmGuard, type GuardNote, pushGuard } from '../ownership/guard.ts';
import { needsApproval } from '../../rollout/rollout-facts.ts';
import { ownedInput, trustedRollout, record } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

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

interface Output extends GuardNote {
  readonly outcome: 'passed' | 'needsApproval' | 'rejected';
  /** Empty where all passed. */
  readonly reason: string;
}

/**
 * State `JudgePreChecks`: all must pass; otherwise the rollout is rejected and its lock released. Comes again after people have
 * approved, which may take a day, and after they have rejected.
 */
export async function judgePreChecks(
  input: z.output<typeof judgePreChecksInput>,
  world: Part<'store' | 'schedules' | 'now'>,
): Promise<Output> {
  const stored = await trustedRollout(world, input);
  const { phase, reason } = stored.state;
  if (phase === 'rejected') {
    const why = (reason ?? 'no reason was recorded').slice(0, 2000);
    return { outcome: 'rejected', reason: why, ...(await disarmGuard(input, world)) };
  }
  if (phase === 'awaitingApproval') return { outcome: 'needsApproval', reason: '' };
  if (phase !== 'checking') return { outcome: 'passed', reason: '' };

  const results = input.results.flatMap(({ results: ofSpec, ...one }) => ofSpec ?? [one]);
  const failed = results.filter((one) => holdsUp(one, stored.state.spec));
  if (failed.length === 0) {
    await record(world, stored, { type: 'PreChecksPassed', results });
    const outcome = needsApproval(stored.state) ? 'needsApproval' : 'passed';
    return { outcome, reason: '', ...(await pushGuard(stored, 0, world)) };
  }
  const why = failed.map((one) => inWords(one)).join('. ');
  await record(world, stored, { type: 'RolloutRejected', reason: why, results });
  return { outcome: 'rejected', reason: why, ...(await disarmGuard(input, world)) };
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
