import { policiesOf, rolloutJudge } from '../../lib/analysis/analyse.ts';
import type { Outcome } from '../../lib/analysis/judgement.ts';
import { looksAt } from '../../lib/analysis/replay.ts';
import type { Own } from './own.ts';
import { shapes } from './shapes.ts';
import { seenByJudges, simulate } from './traffic.ts';

/** A rollout that is drawn: what both versions did each minute, and what the gate said. */
interface Telling {
  /** Name of the picture's file, without its ending. */
  readonly file: string;
  readonly title: string;
  /** A kind of rollout of the benchmark. */
  readonly shape: string;
  readonly gate: string;
  /** What the upper picture shows of a minute, percent or seconds. */
  readonly shows: 'errors' | 'latency';
  /** Whether the evidence against green is drawn below. */
  readonly hasEvidence: boolean;
}

export const tellings: readonly Telling[] = [
  {
    file: 'judge-good',
    title: 'A good version, on a service whose errors come in bunches',
    shape: 'clumps of 5 (mean), 100/s',
    gate: 'error-rate',
    shows: 'errors',
    hasEvidence: true,
  },
  {
    file: 'judge-bad',
    title: 'A version with three times the errors',
    shape: '3x errors, 100/s',
    gate: 'error-rate',
    shows: 'errors',
    hasEvidence: true,
  },
  {
    file: 'judge-outage',
    title: 'Something that hits both versions',
    shape: 'shared outage, 100/s',
    gate: 'error-rate',
    shows: 'errors',
    hasEvidence: false,
  },
  {
    file: 'judge-cold',
    title: 'A good version that starts cold',
    shape: 'cold: 3x latency, 2 min',
    gate: 'latency-p95',
    shows: 'latency',
    hasEvidence: false,
  },
];

export interface StoryMinute {
  readonly minute: number;
  /** Green's weight, percent. */
  readonly weight: number;
  /** Percent of failed responses, or seconds. */
  readonly green?: number | undefined;
  readonly blue?: number | undefined;
  /** How strong the evidence against green is, at least 1: a good version looks this bad in at most one of so many rollouts. */
  readonly evidence: number;
  readonly outcome: Outcome;
}

export interface Story extends Telling {
  readonly minutes: readonly StoryMinute[];
  /** Minute whose datapoints sent green back; absent where it went through. */
  readonly backAt?: number;
  /** Evidence at which the gate sends green back. */
  readonly enough: number;
}

/** Plays a rollout as the gates see it, up to its end or to the minute that sends green back. */
export function storyOf(telling: Telling, { settings, scheduleAt }: Own, seed: number): Story {
  const shape = shapes.find(({ name }) => name === telling.shape);
  const index = settings.gates.findIndex(({ name }) => name === telling.gate);
  const policy = policiesOf(settings)[index];
  if (shape === undefined || policy === undefined) throw new Error(`No shape or gate is called as in ${telling.file}.`);
  const periods = seenByJudges(simulate(shape, scheduleAt(shape.rate), seed).periods);
  const judge = rolloutJudge({ ...settings, periods });
  const story = { ...telling, enough: 1 / policy.alpha };
  const minutes: StoryMinute[] = [];
  for (const { from, to, period } of looksAt(periods)) {
    const { at, weight, green, blue } = period;
    const { verdict, gates } = judge.look({ from, to });
    const { sure = 0, outcome = 'hold' } = gates[index] ?? {};
    const shown = (point: typeof green) => (telling.shows === 'errors' ? percentFailed(point) : point['latencyP95']);
    const minute = at / 60;
    minutes.push({
      minute,
      weight,
      green: shown(green),
      blue: shown(blue),
      evidence: 1 / Math.max(1 - sure, 1e-9),
      outcome,
    });
    if (verdict === 'fail') return { ...story, minutes, backAt: minute };
  }
  return { ...story, minutes };
}

function percentFailed({ requests, errors }: Readonly<Record<string, number | undefined>>): number | undefined {
  return requests === undefined || requests === 0 || errors === undefined ? undefined : (100 * errors) / requests;
}
