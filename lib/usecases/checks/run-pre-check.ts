import * as z from 'zod';
import type { CheckWorld } from '../../checks/check.ts';
import { checksOfSpec, preCheckNamed } from '../../checks/pre-checks.ts';
import { runCheck } from '../../checks/run-check.ts';
import { turnedOn } from '../../checks/turned-on.ts';
import type { CheckResult } from '../../rollout/event-shapes.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { ownedInput, trustedRollout } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

export const runPreCheckInput = ownedInput.extend({ check: z.string() });

/** Thrown where checks that hold up the rollout could not find out: they are run again. `name` stays readable after minification. */
class ChecksUnknown extends Error {
  override readonly name = 'ChecksUnknown';
}

/** What one check found; with `results`, what each of several found. */
type PreCheckOutput = CheckResult & { readonly results?: readonly CheckResult[] };

/** State `RunPreCheck`: one check, or all that the spec turns on, with what each saw beside what it expected. */
export async function runPreCheck(
  input: z.output<typeof runPreCheckInput>,
  world: CheckWorld & Part<'store'>,
): Promise<PreCheckOutput> {
  const { state } = await trustedRollout(world, input);
  if (input.check === checksOfSpec) return runChecksOfSpec(state, world);
  const { name, expected, observe } = preCheckNamed(input.check);
  const { passed, saw, answered, accepts } = await observe(state, world);
  return {
    name,
    passed,
    saw,
    expected,
    ...(answered === true && { answered }),
    ...(accepts !== undefined && { accepts }),
  };
}

/** All at once: they take as long as the slowest of them. */
async function runChecksOfSpec(state: RolloutState, world: CheckWorld): Promise<PreCheckOutput> {
  const on = turnedOn(state, world.now());
  const found = await Promise.all(
    on.map(async ({ check, run }) => ({ run, result: await runCheck(check, state, world, run) })),
  );
  const blocking = found.filter(({ run, result }) => run.severity === 'block' && result.waived === undefined);
  const unknown = blocking.filter(({ result }) => result.result === 'unknown').map(({ result }) => result);
  // What has failed for certain rejects the rollout: there is nothing to wait for.
  const hasFailed = blocking.some(({ result }) => result.result === 'failed');
  if (unknown.length > 0 && !hasFailed) {
    throw new ChecksUnknown(unknown.map(({ name, saw }) => `${name}: ${saw}`).join('; '));
  }
  const results = found.map(({ result }) => result);
  const passed = results.filter((one) => one.passed).length;
  return {
    name: checksOfSpec,
    passed: passed === results.length,
    saw: `${String(passed)} of ${String(results.length)} passed`,
    expected: 'what each of them expects',
    results,
  };
}
