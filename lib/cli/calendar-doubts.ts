import { fitOf } from '../calendar/fit.ts';
import { calendarOfStage } from '../calendar/of-stage.ts';
import { calendarHoldSeconds } from '../specification/calendar-hold.ts';
import type { Doubt } from '../specification/doubt.ts';
import { type Finding, sortFindings } from '../specification/finding.ts';
import { findingsAt, lintParsed } from '../specification/lint.ts';
import { type ParsedSpec, parseSpec } from '../specification/parse.ts';
import { formatDuration } from '../specification/quantity.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import { type WithCalendars, withCalendars } from './calendar-files.ts';
import type { CliContext } from './cli-context.ts';

/**
 * Everything that a spec's file tells without asking AWS, with the calendar at this time and the files that it names; and the spec,
 * where nothing is wrong with it. `parsed` is the file as it is written.
 */
export async function lintFile(
  text: string,
  file: string,
  context: Pick<CliContext, 'readFile' | 'now'>,
): Promise<{ readonly findings: readonly Finding[]; readonly parsed: ParsedSpec; readonly spec?: RolloutSpec }> {
  const parsed = parseSpec(text, file);
  const findings = lintParsed(parsed, file);
  if (!parsed.ok) return { findings, parsed };
  const { spec, doubts } = await withCalendars(parsed.spec, file, context);
  const ofCalendar = doubts.length > 0 ? doubts : await calendarDoubts(spec, context.now());
  const all = sortFindings([...findings, ...findingsAt(ofCalendar, file, parsed.source)]);
  return all.some(({ severity }) => severity === 'error') ? { findings: all, parsed } : { findings: all, parsed, spec };
}

/** Whether the rollouts of a spec fit its calendar, for each stage that the calendar names. */
async function calendarDoubts(spec: WithCalendars['spec'], now: Date): Promise<readonly Doubt[]> {
  const entries = [...(spec.windows ?? []), ...(spec.freezes ?? [])];
  if (entries.length === 0) return [];
  const named = [...new Set(entries.flatMap(({ stages }) => stages ?? []))];
  const doubts: Doubt[] = [];
  const others = entries.some(({ stages }) => stages === undefined) ? [''] : [];
  for (const stage of [...others, ...named]) {
    const doubt = await doubtOfStage(spec, stage, now);
    if (doubt !== undefined) doubts.push(doubt);
  }
  return doubts;
}

async function doubtOfStage(spec: RolloutSpec, stage: string, now: Date): Promise<Doubt | undefined> {
  const calendar = calendarOfStage(spec, stage);
  const where = stage === '' ? '' : ` in stage ${stage}`;
  const list = (calendar.windows?.length ?? 0) > 0 ? 'windows' : 'freezes';
  const bakes = spec.steps.reduce((sum, { bake }) => sum + bake, 0);
  const { startsAt, longestSeconds } = await fitOf(calendar, bakes, now);
  if (longestSeconds === undefined) {
    const message = `no rollout may start${where} within a year, expected a time that windows leave open and freezes do not close`;
    return { path: [list], severity: 'error', message };
  }
  const { atWindowEnd = 'hold' } = spec;
  if (startsAt !== undefined || atWindowEnd === 'finish') return undefined;
  const short = `the bakes take ${formatDuration(bakes)}, and the longest time that is open${where} within a year is ${formatDuration(Math.floor(longestSeconds))}`;
  if (atWindowEnd === 'rollBack') {
    return { path: [list], severity: 'error', message: `${short}: every rollout would be rolled back, expected more` };
  }
  const cap = formatDuration(calendarHoldSeconds(spec));
  const message = `${short}: every rollout would be held in the middle, for up to ${cap} (timeouts.calendar), expected more, or \`atWindowEnd: finish\``;
  return { path: [list], severity: 'warning', message };
}
