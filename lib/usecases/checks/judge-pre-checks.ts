import * as z from 'zod';
import { disarmGuard, type GuardNote, pushGuard } from '../ownership/guard.ts';
import { needsApproval } from '../../rollout/rollout-facts.ts';
import { ownedInput, ownedRollout, record } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

/** A check that could not be run saw an error with its stack, which the record, messages and the cause need not hold. */
const sentence = z.string().transform((text) => text.slice(0, 1000));

export const judgePreChecksInput = ownedInput.extend({
  results: z
    .array(
      z.object({
        name: z.string(),
        passed: z.boolean(),
        saw: sentence,
        expected: sentence,
        answered: z.boolean().optional(),
        accepts: z.string().max(200).optional(),
      }),
    )
    .min(1, 'no pre-check was run'),
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
  const stored = await ownedRollout(world, input);
  const { phase, reason } = stored.state;
  if (phase === 'rejected') {
    const why = (reason ?? 'no reason was recorded').slice(0, 2000);
    return { outcome: 'rejected', reason: why, ...(await disarmGuard(input, world)) };
  }
  if (phase === 'awaitingApproval') return { outcome: 'needsApproval', reason: '' };
  if (phase !== 'checking') return { outcome: 'passed', reason: '' };

  const failed = input.results.filter(({ passed }) => !passed);
  if (failed.length === 0) {
    await record(world, stored, { type: 'PreChecksPassed', results: input.results });
    const outcome = needsApproval(stored.state) ? 'needsApproval' : 'passed';
    return { outcome, reason: '', ...(await pushGuard(stored, 0, world)) };
  }
  const why = failed.map(({ name, saw, expected }) => `${name}: saw ${saw}; expected ${expected}`).join('. ');
  await record(world, stored, { type: 'RolloutRejected', reason: why, results: input.results });
  return { outcome: 'rejected', reason: why, ...(await disarmGuard(input, world)) };
}
