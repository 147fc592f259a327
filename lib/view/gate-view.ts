import { gateRow, gateUnit, type GateUnit } from '../messages/why.ts';
import type { RecordedJudgement } from '../rollout/event-shapes.ts';
import type { RecordedEvent, RolloutEvent } from '../rollout/events.ts';
import type { RolloutState } from '../rollout/state.ts';
import { confidence } from './confidence.ts';

/** One evaluation of a gate. */
export interface GatePoint {
  /** ISO 8601. */
  readonly at: string;
  readonly green: number | undefined;
  readonly blue: number | undefined;
  readonly outcome: RecordedJudgement['outcome'];
}

/** One gate: what it said last in this step, and its series. */
export interface GateView {
  readonly name: string;
  readonly outcome: RecordedJudgement['outcome'];
  /** It is judged and shown, and decides nothing. */
  readonly isAdvisory: boolean;
  /** Values and limits in the gate's own unit, in words: `0.4 %`, `unknown`. */
  readonly green: string;
  readonly blue: string;
  /** `passes up to 1 %, aborts above 5 %` */
  readonly limits: string;
  readonly passLimit: number;
  readonly abortLimit: number;
  readonly betterHigher: boolean;
  /** What its values and limits are in. */
  readonly unit: GateUnit;
  readonly requests: number;
  /** One minus the reciprocal of the evidence that green is too bad, 0..1; `undefined` where nothing was compared. */
  readonly sure: number | undefined;
  /** The same in words. */
  readonly confidence: string;
  readonly reason: string;
  /** What it would take to decide. */
  readonly needs: string | undefined;
  /** Oldest first; a value that is missing was not known, and is no zero. */
  readonly series: readonly GatePoint[];
}

/** What all gates said together, last. */
export interface VerdictView {
  readonly verdict: Analysed['verdict'];
  readonly reason: string;
  /** When they were evaluated, ISO 8601. */
  readonly at: string;
  /** Percent of the requests that green got in the newest period; `undefined` where nobody counted. */
  readonly measuredWeight: number | undefined;
}

type Analysed = Extract<RolloutEvent, { type: 'GreenAnalysed' }>;

interface Evaluation {
  readonly at: string;
  readonly event: Analysed;
}

/** Points of a series that are kept: as many as a line of a terminal, or a chart, can show. */
const mostPoints = 120;

/** Returns what the gates said last, in the step under way or before the end; `undefined` where they said nothing in it yet. */
export function verdictOf(state: RolloutState, events: readonly RecordedEvent[]): VerdictView | undefined {
  const last = newestOfStep(state, events);
  if (last === undefined) return undefined;
  const { verdict, reason, measuredWeight } = last.event;
  return { verdict, reason, at: last.at, measuredWeight };
}

/** Returns every gate as it was evaluated last in the step under way; its series goes back as far as the events do. */
export function gatesOf(state: RolloutState, events: readonly RecordedEvent[]): readonly GateView[] {
  const last = newestOfStep(state, events);
  if (last === undefined) return [];
  const evaluations = evaluationsIn(events).slice(-mostPoints);
  return last.event.gates.map((judgement) => gateView(judgement, state, evaluations));
}

function gateView(judgement: RecordedJudgement, { spec }: RolloutState, evaluations: readonly Evaluation[]): GateView {
  const { gate, outcome, isAdvisory, green, blue, limits, reason } = gateRow(judgement, spec);
  const { requests, pass, abort, better, sure, needs } = judgement;
  const series = evaluations.flatMap(({ at, event }) => {
    const found = event.gates.find((one) => one.gate === gate);
    return found === undefined ? [] : [{ at, green: found.green, blue: found.blue, outcome: found.outcome }];
  });
  return {
    name: gate,
    ...{ outcome, isAdvisory, green, blue, limits, requests, sure, reason, needs, series },
    passLimit: pass,
    abortLimit: abort,
    betterHigher: better === 'higher',
    unit: gateUnit(gate, spec),
    confidence: confidence(sure, reason),
  };
}

function newestOfStep(state: RolloutState, events: readonly RecordedEvent[]): Evaluation | undefined {
  return evaluationsIn(events).findLast(({ event }) => event.step === state.step);
}

function evaluationsIn(events: readonly RecordedEvent[]): readonly Evaluation[] {
  return events.flatMap(({ at, event }) => (event.type === 'GreenAnalysed' ? [{ at, event }] : []));
}
