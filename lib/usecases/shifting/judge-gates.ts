import { analyse } from '../../analysis/analyse.ts';
import type { PeriodOfBoth } from '../../analysis/datapoint.ts';
import type { Analysis } from '../../analysis/judgement.ts';
import { keepsClients } from '../../drivers/shapes/keeps-clients.ts';
import type { Part } from '../../ports/world.ts';
import type { stepWindow } from '../../rollout/bake.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { hasNews, type KnownPeriods, knownPeriods, metricsOf } from './rollout-periods.ts';
import { messageOf } from '../../specification/text/message-of.ts';

type StepWindow = ReturnType<typeof stepWindow>;

/** What the gates say, and the periods that they were judged by; none where nothing was read. */
export interface JudgedGates {
  readonly analysis: Analysis;
  readonly known?: KnownPeriods;
}

/** Reads the metrics of the whole rollout so far, where there is a new period to judge, and judges green. Never throws. */
export async function judgeGates(
  state: RolloutState,
  step: StepWindow,
  { metrics, now }: Part<'metrics' | 'now'>,
): Promise<JudgedGates> {
  const { spec } = state;
  if (step.endsAt > now().getTime() / 1000 && !hasNews(state, now())) {
    // Every series that is asked for costs; what the last evaluation saw is judged already.
    return held(`no new period of ${spec.period} s at one weight has settled yet, metrics are ${spec.lag} s behind`);
  }
  try {
    return judged(state, step, await knownPeriods(state, metricsOf(spec), now(), metrics));
  } catch (error) {
    // A failed query is no verdict on green: it holds, is recorded, and the cap on holding decides in the end.
    return held(unreadable(messageOf(error)));
  }
}

/** Judges green by what is known; where some metrics could not be read, what is known may fail it, and passes nothing. */
export function judged(state: RolloutState, step: StepWindow, known: KnownPeriods): JudgedGates {
  const { gates, period: periodSeconds, minimumRequests, budget } = state.spec;
  const { alpha, tolerance, clumps } = state.spec.analysis;
  const sticky = state.restorePlan.some(({ actions }) => keepsClients(actions));
  const { learned } = state;
  const settings = { periodSeconds, minimumRequests, alpha, tolerance, clumps, budget, learned, sticky };
  const analysis = analyse({ ...known, gates, step, ...settings });
  if (known.unread === undefined || analysis.verdict === 'fail') return { analysis, known };
  return { analysis: { verdict: 'hold', reason: unreadable(known.unread), gates: analysis.gates }, known };
}

function held(reason: string): JudgedGates {
  return { analysis: { verdict: 'hold', reason, gates: [] } };
}

function unreadable(why: string): string {
  return `The metrics could not be read: ${why}`;
}

/** CloudWatch revises a count for some minutes: a period is recorded again while it may still change. */
const revisedPeriods = 5;
/** Most periods that one evaluation records: of blue's past the newest, as an item of the table has a limit. */
const mostRecorded = 240;

/** Returns the event that keeps an evaluation: its verdict, and the periods that no earlier one has recorded. */
export function greenAnalysed(
  state: RolloutState,
  { endsAt }: Pick<StepWindow, 'endsAt'>,
  { verdict, reason, gates }: Analysis,
  known: KnownPeriods | undefined,
  now: Date,
): RolloutEvent {
  const newest = known?.periods.at(-1);
  return {
    type: 'GreenAnalysed',
    step: state.step,
    verdict,
    reason,
    measuredWeight: newest === undefined ? undefined : measuredWeight(newest),
    secondsLeft: Math.max(0, Math.ceil(endsAt - now.getTime() / 1000)),
    settledUntil: known?.settledUntil,
    datapoints: known === undefined ? undefined : unrecorded(state, known),
    gates,
  };
}

function unrecorded({ recordedUntil = 0, spec }: RolloutState, { periods }: KnownPeriods): readonly PeriodOfBoth[] {
  return periods.filter(({ at }) => at >= recordedUntil - revisedPeriods * spec.period).slice(-mostRecorded);
}

function measuredWeight({ blue, green }: PeriodOfBoth): number | undefined {
  const greenRequests = green['requests'] ?? 0;
  const all = (blue['requests'] ?? 0) + greenRequests;
  return all > 0 ? Math.round((1000 * greenRequests) / all) / 10 : undefined;
}
