import type { Analysis } from '../../analysis/judgement.ts';
import { type ExitFinding, judgeExits } from '../../analysis/task-exits.ts';
import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { StoppedTask } from '../../drivers/stopped-tasks.ts';
import type { Part } from '../../ports/world.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { counted } from '../../specification/text/counted.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/** What the ends of green's tasks say: nothing, that it is worse, or that nobody knows. */
export type ExitReading =
  | { readonly outcome: 'quiet' }
  | { readonly outcome: 'fail' | 'hold'; readonly reason: string; readonly afterHold?: 'ask' };

/**
 * Percent up to which blue has as much to do as green. Beyond it what load does to tasks shows on green alone: a person decides.
 */
const comparable = 50;

const quiet: ExitReading = { outcome: 'quiet' };

/**
 * Reads which tasks of both sides ended by themselves since green was verified, and judges whether green's do more often. A task that
 * went with its host, or that somebody stopped, says nothing about the version. Never throws: what cannot be read holds the step.
 */
export async function crashingGreen(
  state: RolloutState,
  { stoppedTasks, runtime, now }: Part<'stoppedTasks' | 'runtime' | 'now'>,
): Promise<ExitReading> {
  const { spec, weight, blueTaskDefinition, greenTaskDefinition, happened, stepStartedAt } = state;
  // Tasks that end while green starts are the deployment's to judge.
  const readyAt = happened?.GreenVerified ?? stepStartedAt;
  if (weight === 0 || greenTaskDefinition === undefined || readyAt === undefined) return quiet;
  const [green, blue] = [workloadOf(spec, state.green), workloadOf(spec, state.blue)];
  try {
    const ofGreen = endedOf(await stoppedTasks.stoppedTasks(green), greenTaskDefinition, readyAt);
    if (ofGreen.length === 0) return quiet;
    const [stoppedBlue, seenBlue, seenGreen] = await Promise.all([
      stoppedTasks.stoppedTasks(blue),
      runtime.describe(blue),
      runtime.describe(green),
    ]);
    const ofBlue = endedOf(stoppedBlue, blueTaskDefinition);
    const found = judgeExits(
      { running: seenGreen?.running ?? 0, endedAt: secondsOf(ofGreen) },
      { running: seenBlue?.running ?? 0, endedAt: secondsOf(ofBlue) },
      now().getTime() / 1000,
    );
    if (found === undefined) return quiet;
    const reason = told(found, ofGreen[0]?.reason);
    return weight > comparable ? { outcome: 'hold', reason, afterHold: 'ask' } : { outcome: found.verdict, reason };
  } catch (error) {
    return { outcome: 'hold', reason: `whether green's tasks end by themselves cannot be read: ${messageOf(error)}` };
  }
}

/** What the gates said, overruled where green's tasks end by themselves, or where nobody knows. */
export function heedingExits(analysis: Analysis, exits: ExitReading): Analysis {
  if (exits.outcome === 'quiet' || analysis.verdict === 'fail') return analysis;
  const { reason, afterHold } = exits;
  if (exits.outcome === 'fail') return { verdict: 'fail', gate: 'task-exits', reason, gates: analysis.gates };
  if (analysis.verdict === 'hold') return analysis;
  return { verdict: 'hold', gate: 'task-exits', reason, gates: analysis.gates, ...(afterHold && { afterHold }) };
}

/** Of one version, those that ended by themselves since a time (ISO 8601), newest first. */
function endedOf(tasks: readonly StoppedTask[], version: string, since = ''): readonly StoppedTask[] {
  return tasks.filter(
    ({ endedByItself, taskDefinition, stoppedAt = '' }) =>
      endedByItself && taskDefinition === version && stoppedAt > since,
  );
}

function secondsOf(tasks: readonly StoppedTask[]): readonly number[] {
  return tasks.flatMap(({ stoppedAt }) => (stoppedAt === undefined ? [] : [Date.parse(stoppedAt) / 1000]));
}

const longestReason = 200;

function told({ ended, minutes, ofBlue }: ExitFinding, last = ''): string {
  const ofGreen = `${counted(ended, 'task')} of green ended by themselves in ${minutes} min`;
  return `${ofGreen}, ${ofBlue} of blue in an hour; the last one: ${last.slice(0, longestReason)}`;
}
