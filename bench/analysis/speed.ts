import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { analyse, type AnalysisInput } from '../../lib/analysis/analyse.ts';
import { backtestLine } from '../../lib/analysis/backtest-lines.ts';
import type { PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import { backtestCommand } from '../../lib/cli/commands/backtest.ts';
import { processContext } from '../../lib/cli/process-context.ts';
import type { Shape } from './shape-of.ts';
import type { Schedule } from './schedule.ts';
import { simulate } from './traffic.ts';

export interface Speed {
  /** Median milliseconds of CPU of the last look at a whole rollout with two hours of history. */
  readonly evaluationMs: number;
  readonly backtested: number;
  /** Seconds of CPU of `sluice backtest --json` for them, the reading of the file included. */
  readonly backtestSeconds: number;
  /** What the pipeline itself costs for a rollout by the default spec, at list prices. */
  readonly dollars: number;
}

/** How gates judge, without the minutes that they judge. */
export type Settings = Omit<AnalysisInput, 'step' | 'periods'>;

/** What judging costs on one core; nothing is decided before the last minute, so every look is taken. */
export async function measureSpeed(
  shape: Shape,
  { settings, schedule }: { readonly settings: Settings; readonly schedule: Schedule },
  spec: string,
  rollouts: number,
  seed: number,
): Promise<Omit<Speed, 'dollars'>> {
  const simulated = Array.from({ length: rollouts }, (_, run) => simulate(shape, schedule, seed, run).periods);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-bench-'));
  try {
    const file = path.join(folder, 'minutes.jsonl');
    await writeFile(file, simulated.map((periods, run) => linesOf(`r${run}`, periods)).join(''));
    const answers: string[] = [];
    const context = { ...processContext(), out: (line: string) => answers.push(line), exitWith: () => undefined };
    const before = process.cpuUsage();
    await backtestCommand(context).parseAsync([spec, file, '--json'], { from: 'user' });
    const { user, system } = process.cpuUsage(before);
    if (answers.length !== rollouts)
      throw new Error(`${rollouts} rollouts were backtested, ${answers.length} answered`);
    return {
      evaluationMs: median(simulated.slice(0, 200).map((periods) => lastLook(periods, settings, schedule))),
      backtested: rollouts,
      backtestSeconds: (user + system) / 1e6,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function linesOf(rollout: string, periods: readonly PeriodOfBoth[]): string {
  return periods.map((period) => `${backtestLine(rollout, period.at / 60, period)}\n`).join('');
}

/** The most that a look has to do: everything from the first minute of history to the end of the last step. */
function lastLook(periods: readonly PeriodOfBoth[], settings: Settings, schedule: Schedule): number {
  const last = schedule.at(-1);
  const endsAt = (periods.at(-1)?.at ?? 0) + 60;
  const step = { startedAt: endsAt - (last?.minutes ?? 0) * 60, endsAt, weight: last?.weight ?? 100 };
  const before = process.cpuUsage();
  analyse({ ...settings, periods, step });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
