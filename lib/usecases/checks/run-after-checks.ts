import * as z from 'zod';
import type { CheckWorld } from '../../checks/check.ts';
import { runCheck } from '../../checks/run-check.ts';
import { afterRollout } from '../../checks/turned-on.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import type { CheckResult } from '../../rollout/event-shapes.ts';
import { checksLeft } from '../../rollout/after-checks.ts';
import { knownRollout } from '../ownership/known-rollout.ts';
import { assertTrue, ownedInput, record, trustedRollout } from '../ownership/owned-rollout.ts';

/** Of the rollout machine, which owns the rollout, or of the retirement machine, when nobody does any more. */
export const runAfterChecksInput = z.union([
  ownedInput,
  z.object({ service: z.string().min(1), rolloutId: z.string().min(1) }),
]);
type Input = z.output<typeof runAfterChecksInput>;

/** Thrown where checks that hold up the rollout could not find out: they are run again. `name` stays readable after minification. */
class ChecksUnknown extends Error {
  override readonly name = 'ChecksUnknown';
}

type Needs = CheckWorld & Part<'store'>;

interface Output {
  readonly outcome: 'passed' | 'rollBack';
}

/**
 * State `RunAfterChecks`: the checks that the spec names in `after`, all at once. At 100 %, while blue is kept whole, one that fails ends
 * the rollout, and what could not be found out is asked again, up to the cap of every state that cannot do its work. At the end of the
 * retention users have been on the version for long: what does not pass is announced, and changes nothing.
 */
export async function runAfterChecks(input: Input, world: Needs): Promise<Output> {
  if (!('fence' in input)) return whenRetentionEnds(input.rolloutId, world);
  const stored = await trustedRollout(world, input);
  const { state } = stored;
  if (state.phase === 'rollingBack') return { outcome: 'rollBack' };
  if (!checksLeft(state)) return { outcome: 'passed' };
  const results = await resultsOf(stored, world);
  const failed = results.filter((one) => isBad(one) && one.result !== 'unknown');
  if (failed.length > 0) {
    const reason = `Checks at 100 % failed: ${failed.map((one) => inWords(one)).join('; ')}`;
    const found = { type: 'AfterChecksFailed', results } as const;
    await record(world, stored, found, { type: 'RollbackRequested', reason: reason.slice(0, 2000), by: 'the rollout' });
    return { outcome: 'rollBack' };
  }
  const unknown = results.filter((one) => isBad(one));
  if (unknown.length > 0) throw new ChecksUnknown(unknown.map((one) => inWords(one)).join('; '));
  await record(world, stored, { type: 'AfterChecksPassed', results });
  return { outcome: 'passed' };
}

async function whenRetentionEnds(rolloutId: string, world: Needs): Promise<Output> {
  const stored = await knownRollout(world.store, rolloutId);
  assertTrue(stored);
  if (!checksLeft(stored.state)) return { outcome: 'passed' };
  const results = await resultsOf(stored, world);
  const type = results.some((one) => isBad(one)) ? 'RetentionChecksFailed' : 'RetentionChecksPassed';
  await record(world, stored, { type, results });
  return { outcome: 'passed' };
}

async function resultsOf({ state }: StoredRollout, world: Needs): Promise<readonly CheckResult[]> {
  const on = afterRollout(state, world.now());
  return Promise.all(
    on.map(async ({ check, run }): Promise<CheckResult> => {
      const found = await runCheck(check, state, world, run);
      // A check that only warns, and could not find out, holds nothing up.
      return found.result === 'unknown' && run.severity === 'warn' ? { ...found, result: 'warned' } : found;
    }),
  );
}

function isBad({ passed, result, waived }: CheckResult): boolean {
  return !passed && result !== 'warned' && waived === undefined;
}

function inWords({ name, saw, expected }: CheckResult): string {
  return `${name}: saw ${saw}, expected ${expected}`;
}
