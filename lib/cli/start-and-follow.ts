import type { RolloutState } from '../rollout/state.ts';
import { readRollout } from '../view/read-rollout.ts';
import { awaitOpening } from './await-opening.ts';
import type { CliContext, Stack, StackOptions } from './cli-context.ts';
import { exitCodeOf, followToEnd } from './follow.ts';
import { rolloutJson, rolloutLines } from './rollout-view.ts';
import { jsonText } from './json-text.ts';
import { readersOf } from './watch/readers.ts';
import { watchRollout } from './watch/watch-rollout.ts';

export interface FollowOptions extends StackOptions {
  readonly wait?: boolean;
  readonly timeout?: number;
  readonly json?: boolean;
  /** `false` where a terminal is not to show the rollout while it runs. */
  readonly watch?: boolean;
}

/** One start of the rollout machine. */
export interface Start {
  readonly service: string;
  /** Has the stack start it; returns the ARN of the execution. */
  readonly begin: () => Promise<string>;
  /** What is said to be started where nothing is opened within the time that is waited for. */
  readonly what: string;
}

/**
 * Starts a rollout and says what it was opened as. On a terminal it is shown until its end, with `wait` it is followed to its end;
 * either decides the exit code.
 * @throws CliFailure where it is rejected
 */
export async function startAndFollow(
  { service, begin, what }: Start,
  options: FollowOptions,
  stack: Stack,
  context: CliContext,
): Promise<void> {
  const executionArn = await begin();
  const opened = await awaitOpening(executionArn, service, stack, context);
  if (opened === undefined) {
    context.err(`${what} but not opened yet. Look again with: sluice status ${service} --stage ${options.stage}`);
    context.out(options.json ? jsonText({ rolloutId: null, executionArn }) : executionArn);
    return;
  }
  if (await isWatched(opened.state, options, stack, context)) return;
  const { state } = options.wait ? await followToEnd(opened, stack, context, options.timeout) : opened;
  if (options.json) context.out(jsonText(rolloutJson(state)));
  else for (const line of rolloutLines(state, context.now())) context.out(line);
  if (options.wait) context.exitWith(exitCodeOf(state));
  else context.err(`Follow it with: sluice status ${state.rolloutId} --wait --stage ${options.stage}`);
}

/** Returns whether a rollout was shown on the terminal until its end. */
async function isWatched(
  { rolloutId }: RolloutState,
  { json, watch, stage, timeout }: FollowOptions,
  stack: Stack,
  context: CliContext,
): Promise<boolean> {
  if (context.terminal === undefined || json === true || watch === false) return false;
  const read = await readRollout(rolloutId, readersOf(stack));
  if (read === undefined) return false;
  context.err(
    `Ctrl-C ends the watching, not the rollout. Watch it again with: sluice watch ${rolloutId} --stage ${stage}`,
  );
  const { state } = await watchRollout(read, stack, { stage, timeout }, context);
  context.exitWith(exitCodeOf(state));
  return true;
}
