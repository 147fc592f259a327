import * as z from 'zod';
import type { CheckWorld } from '../../checks/check.ts';
import { checksOfSpec, everyCheck, preCheckNamed, preCheckNamesOf } from '../../checks/pre-checks.ts';
import { runCheck } from '../../checks/run-check.ts';
import { sharedReads } from '../../checks/shared-reads.ts';
import { turnedOn, turnsOn } from '../../checks/turned-on.ts';
import type { CheckResult } from '../../rollout/event-shapes.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { ProbeNotReady } from '../../ports/probe.ts';
import { isFinal } from '../ownership/state-error.ts';
import { messageOf } from '../../specification/text/message-of.ts';
import { ownedInput, trustedRollout } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

export const runPreCheckInput = ownedInput.extend({ check: z.string() });

/** Thrown where checks that hold up the rollout could not find out: they are run again. `name` stays readable after minification. */
class ChecksUnknown extends Error {
  override readonly name = 'ChecksUnknown';
}

/** What one check found; with `results`, what each of several found. */
type PreCheckOutput = CheckResult & { readonly results?: readonly CheckResult[] };

/** State `RunPreCheck`: all checks before a rollout, or one of them, with what each saw beside what it expected. */
export async function runPreCheck(
  input: z.output<typeof runPreCheckInput>,
  world: CheckWorld & Part<'store'>,
): Promise<PreCheckOutput> {
  const { state } = await trustedRollout(world, input);
  if (input.check === everyCheck) return runEveryCheck(state, world);
  if (input.check === checksOfSpec) return runChecksOfSpec(state, sharedReads(world));
  return runOne(input.check, state, world);
}

async function runOne(check: string, state: RolloutState, world: CheckWorld): Promise<CheckResult> {
  const { name, expected, observe } = preCheckNamed(check);
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

/** Before a check that could not be run is run once more: what AWS describes may be behind what was written. */
const pauseMilliseconds = 1000;

/**
 * All at once, in one function: a function for each check would mean as many starts, for work that only waits for AWS.
 * @throws what kept a check from an answer that it may get when it is run again
 */
async function runEveryCheck(state: RolloutState, world: CheckWorld): Promise<PreCheckOutput> {
  const shared = sharedReads(world);
  const always = preCheckNamesOf(state.spec).map(async (name) => [
    await runTwice(name, state, { world, shared }).catch(notRun(name)),
  ]);
  const ofSpec = turnsOn(state.spec) ? [resultsOfSpec(state, shared)] : [];
  const settled = await Promise.allSettled([...always, ...ofSpec]);
  const errors = settled.flatMap((one) => (one.status === 'rejected' ? [errorOf(one.reason)] : []));
  // Making a probe takes longest, so any other error is thrown first.
  const error = errors.find((one) => !(one instanceof ProbeNotReady)) ?? errors[0];
  if (error !== undefined) throw error;
  return together(
    everyCheck,
    settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])),
  );
}

/**
 * Runs a check once more where it failed in a way that counts, with reads of its own. Any other error has the machine run all of them
 * again.
 */
async function runTwice(
  name: string,
  state: RolloutState,
  { world, shared }: { readonly world: CheckWorld; readonly shared: CheckWorld },
): Promise<CheckResult> {
  try {
    return await runOne(name, state, shared);
  } catch (error) {
    if (!counts(error)) throw error;
    await world.sleep(pauseMilliseconds);
    return runOne(name, state, world);
  }
}

async function resultsOfSpec(state: RolloutState, world: CheckWorld): Promise<readonly CheckResult[]> {
  const found: PreCheckOutput = await runChecksOfSpec(state, world).catch(notRun(checksOfSpec));
  return found.results ?? [found];
}

function errorOf(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

function counts(error: unknown): error is Error {
  return error instanceof Error && isFinal({ Error: error.name, Cause: '' });
}

/** An error that repeats at each try counts as failed. Any other error says nothing of what is checked, and is thrown again. */
function notRun(name: string): (error: unknown) => CheckResult {
  return (error) => {
    if (!counts(error)) throw error;
    return { name, passed: false, saw: `${error.name}: ${messageOf(error)}`, expected: 'a check that can be run' };
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
  return together(
    checksOfSpec,
    found.map(({ result }) => result),
  );
}

function together(name: string, results: readonly CheckResult[]): PreCheckOutput {
  const passed = results.filter((one) => one.passed).length;
  return {
    name,
    passed: passed === results.length,
    saw: `${String(passed)} of ${String(results.length)} passed`,
    expected: 'what each of them expects',
    results,
  };
}
