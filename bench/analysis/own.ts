import { readFile } from 'node:fs/promises';
import { policiesOf } from '../../lib/analysis/analyse.ts';
import { recordedPeriodSeconds } from '../../lib/analysis/backtest-lines.ts';
import { chosenSteps } from '../../lib/rollout/quiet-steps.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { type Schedule, scheduleOf } from './schedule.ts';
import type { Settings } from './speed.ts';

/** How Sluice judges by default, and the steps that it takes. */
export interface Own {
  readonly settings: Settings;
  /** The steps that it takes where the service has so many requests a second. */
  readonly scheduleAt: (rate: number) => Schedule;
  /** The longest warm-up of its gates, in minutes. */
  readonly warmUpMinutes: number;
}

/** The rollout spec that is measured, from the root of the project. */
export const spec = 'examples/backtest.yml';

/** Reads the gates and the default steps. Throws where the example is no rollout spec any more. */
export async function readOwn(): Promise<Own> {
  const parsed = parseSpec(await readFile(new URL(`../../${spec}`, import.meta.url), 'utf8'), spec);
  if (!parsed.ok) throw new Error(`${spec} is no rollout spec any more; run sluice lint ${spec}`);
  const { gates, minimumRequests, analysis } = parsed.spec;
  const settings = { gates, minimumRequests, periodSeconds: recordedPeriodSeconds, ...analysis };
  const warmUpMinutes = Math.max(...policiesOf(settings).map(({ warmUpPeriods }) => warmUpPeriods));
  return { settings, scheduleAt: (rate) => scheduleOf(chosenSteps(parsed.spec, rate).steps), warmUpMinutes };
}
