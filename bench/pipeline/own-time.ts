import type { RecordedEvent, RolloutEvent } from '../../lib/rollout/events.ts';
import type { FleetChange } from '../../local/stack/fleet-truth.ts';

/** A good rollout as its record and the load balancer have it. */
export interface Timed {
  readonly events: readonly RecordedEvent[];
  /** What the load balancer changed, and when each of its nodes obeyed. */
  readonly changes: readonly FleetChange[];
  /** When its image was pushed, epoch milliseconds. */
  readonly pushedAt: number;
  /** Of all steps as the spec says, seconds. */
  readonly bakes: number;
}

/** Where the time of a good rollout went, seconds. */
export interface Overhead {
  readonly whole: number;
  /** As the spec says. */
  readonly bakes: number;
  /** From the end of each bake to the verdict on it: the lag of the metrics, their period, and when the next look falls. */
  readonly settling: number;
  readonly taskStart: number;
  /** From the creation of the rule by which green is verified until every node of the load balancer obeys it. */
  readonly ruleDelay: number;
  /** What is left: the pipeline's own time. */
  readonly overhead: number;
  /** That time, by the events between which it passed, longest first. */
  readonly stretches: readonly Stretch[];
  /** From the push to the success. */
  readonly span: Span;
  /** The spans in which something is waited for. */
  readonly waits: readonly Span[];
}

export interface Stretch {
  readonly from: string;
  readonly to: string;
  /** Of the pipeline's own. */
  readonly seconds: number;
}

/** Epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Tells the pipeline's own time from what it waits for: bakes and their metrics, the start of tasks, and the load balancer's nodes.
 * @throws Error where the record is not that of a rollout that succeeded
 */
export function ownTimeOf(timed: Timed): Overhead {
  const { events, pushedAt, bakes } = timed;
  const baked = bakedSpans(events);
  const started = { from: timeOf(events, 'GreenDeployed'), to: timeOf(events, 'GreenReady') };
  const propagated = ruleSpan(timed);
  const waits = [...baked, started, propagated];
  const seen = [
    { type: 'push', at: pushedAt },
    ...events.map(({ event: { type }, at }) => ({ type, at: Date.parse(at) })),
  ].filter(({ at }) => at <= timeOf(events, 'RolloutSucceeded'));
  const stretches = seen.slice(1).map(({ type, at }, index) => {
    const { type: before, at: since } = seen[index] ?? { type, at };
    return { from: before, to: type, seconds: withoutWaits(waits, { from: since, to: at }) / 1000 };
  });
  return {
    whole: (timeOf(events, 'RolloutSucceeded') - pushedAt) / 1000,
    bakes,
    settling: seconds(...baked) - bakes,
    taskStart: seconds(started),
    ruleDelay: seconds(propagated),
    overhead: stretches.reduce((sum, stretch) => sum + stretch.seconds, 0),
    stretches: stretches.toSorted((one, other) => other.seconds - one.seconds),
    span: { from: pushedAt, to: timeOf(events, 'RolloutSucceeded') },
    waits,
  };
}

function timeOf(events: readonly RecordedEvent[], type: RolloutEvent['type']): number {
  const found = events.find(({ event }) => event.type === type);
  if (found === undefined) throw new Error(`The rollout has no ${type} in its record.`);
  return Date.parse(found.at);
}

/** From each shift to the verdict that let its step pass. */
function bakedSpans(events: readonly RecordedEvent[]): readonly Span[] {
  const timesOf = (type: RolloutEvent['type']) =>
    events.filter(({ event }) => event.type === type).map(({ at }) => Date.parse(at));
  const verdicts = timesOf('StepPassed');
  return timesOf('TrafficShifted').map((from, index) => {
    const to = verdicts[index];
    if (to === undefined) throw new Error(`Step ${String(index + 1)} has no verdict in its record.`);
    return { from, to };
  });
}

/** Returns the time from the first rule after green is ready until the last node obeys it, or until green is verified, if that comes first. */
function ruleSpan({ events, changes }: Timed): Span {
  const [readyAt, verifiedAt] = [timeOf(events, 'GreenReady'), timeOf(events, 'GreenVerified')];
  const rule = changes.find(({ at, change }) => change === 'created' && at >= readyAt && at <= verifiedAt);
  if (rule === undefined) throw new Error('The load balancer has no rule that was made to verify green.');
  return { from: rule.at, to: Math.min(verifiedAt, Math.max(...rule.nodesAt.map((at) => at ?? Infinity))) };
}

/** Milliseconds of a span in which nothing is waited for. Waits do not overlap: each begins after the one before it. */
export function withoutWaits(waits: readonly Span[], { from, to }: Span): number {
  const waited = waits.map((wait) => Math.max(0, Math.min(to, wait.to) - Math.max(from, wait.from)));
  return waited.reduce((left, milliseconds) => left - milliseconds, to - from);
}

function seconds(...spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0) / 1000;
}
