import { type AnalysisInput, rolloutJudge } from '../../lib/analysis/analyse.ts';
import type { Analysis } from '../../lib/analysis/judgement.ts';
import { learnedFrom, type Lesson } from '../../lib/analysis/lesson.ts';
import { lessonOf } from '../../lib/analysis/lesson-of.ts';
import { minuteOf } from '../../lib/analysis/gate-policy.ts';
import { looksAt } from '../../lib/analysis/replay.ts';
import { readOwn } from '../../bench/analysis/own.ts';
import type { Shape } from '../../bench/analysis/shape-of.ts';
import { shapes } from '../../bench/analysis/shapes.ts';
import { seenByJudges, simulate } from '../../bench/analysis/traffic.ts';
import type { Lines } from './lines.ts';

/** Kinds of rollouts that go through every way in which a gate judges. */
const kinds = [
  'clumps of 5 (mean), 100/s',
  'bursts of 5-50, 6 an hour',
  'shared outage, 100/s',
  'shared latency wave, 100/s',
  'beyond the pass limits, 100/s',
  'cold at each weight: 2.5x latency, 1.5 min',
  'wave in the watch at 100 %: 3x errors',
  'no history: clumps of 5 (mean)',
  'missing minutes',
  'sticky: 300 clients',
  '50,000/s, slots wander by 20 %',
  '3x errors, 100/s',
  '4x latency, 100/s',
  'half fail, 2/s',
  'a burst an hour, green fails 0.3 % steadily',
  '3x errors only at 100 %',
];

/** Rollouts of a kind of which lessons are taken: as many as count. */
const lessons = 5;
/** Minutes between two looks; each is a line. */
const minutesBetween = 4;

/** What the judge says of one drawn rollout of each kind, minute by minute, and what healthy ones of it teach. */
export async function writeJudge(lines: Lines): Promise<void> {
  const { settings, scheduleAt } = await readOwn();
  for (const shape of shapesNamed(kinds)) {
    const input = { ...settings, sticky: shape.sticky, budget: { failedRequests: 20_000 } };
    const played = (seed: number) => seenByJudges(simulate(shape, scheduleAt(shape.rate), seed).periods);
    const taught: readonly Lesson[] = Array.from({ length: lessons }, (_, seed) =>
      lessonOf({ ...input, periods: played(seed + 2) }),
    );
    const learned = learnedFrom(taught, minuteOf(settings));
    lines.add(`${shape.name}: teaches`, rounded(taught[0]));
    lines.add(' learned', rounded(learned));
    writeLooks(lines, { ...input, periods: played(1) });
    if (shape.sticky) writeLooks(lines, { ...input, learned, periods: played(1) });
  }
}

function shapesNamed(names: readonly string[]): readonly Shape[] {
  return names.map((name) => {
    const found = shapes.find((shape) => shape.name === name);
    if (found === undefined) throw new Error(`No shape is called ${name}.`);
    return found;
  });
}

function writeLooks(lines: Lines, input: Omit<AnalysisInput, 'step'>): void {
  const judge = rolloutJudge(input);
  for (const { from, to, period, isEndOfStep: isLast } of looksAt(input.periods)) {
    const { at, weight } = period;
    const isLooked = isLast || (to - from) % minutesBetween === 0;
    if (!isLooked) continue;
    const look = judge.look({ from, to }, isLast);
    lines.add(` minute ${String(at / 60)}, ${String(weight)} %: ${said(look)}`);
    if (isLast) for (const { reason, needs = '' } of look.gates) lines.add(`  ${reason} ${needs}`.trimEnd());
    if (look.verdict === 'fail') {
      lines.add(`  goes back: ${look.reason}`);
      return;
    }
  }
}

function said({ verdict, gate, afterHold, gates }: Analysis): string {
  const each = gates.map(({ outcome, sure = 0, green, blue }) =>
    [outcome, ...[sure, green, blue].map((value) => short(value))].join(' '),
  );
  return [verdict, gate ?? '', afterHold ?? '', ...each].join(' | ');
}

function short(value: number | undefined): string {
  return value === undefined ? '-' : String(Number(value.toPrecision(5)));
}

function rounded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === 'number' ? Number(part.toPrecision(5)) : part,
  );
}
