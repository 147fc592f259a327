import * as z from 'zod';
import type { RestoreItem } from '../../rollout/event-shapes.ts';
import { inFront, ledToBlue } from './kept-actions.ts';
import { isLeft, lacksSecret } from './left-rules.ts';
import { pairOf } from './pairs.ts';
import { isSame, isSameButWeights, typesOf } from './restoration.ts';
import { type Routing, type RoutingAction, weightsOf, withoutGroupStickiness, writable } from './routing.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { newestPlan } from '../../rollout/going-back.ts';

const actions = z.array(z.record(z.string(), z.unknown()));

/** One rule as state `RestoreTraffic` of the rollback machine hands it on. */
export const writtenRule = z.object({
  item: z.object({
    kind: z.enum(['rule', 'listener']),
    arn: z.string(),
    actions: actions.optional(),
    /** What a function had read, where others had changed it. */
    stood: actions.optional(),
    /** Given where no function had read the rule. */
    blue: z.string().optional(),
  }),
  // A list of what was found: paths that end in one entry are read differently by different interpreters.
  live: z.object({ actions: z.array(actions) }).optional(),
  /** Where a function wrote: what it found, and what it wrote. */
  restored: z.object({ Payload: z.object({ stood: actions.optional(), wrote: actions }).optional() }).optional(),
});
type WrittenRule = z.output<typeof writtenRule>;

/** A rule that a restoration wrote over. */
export interface Overwritten {
  readonly kind: 'rule' | 'listener';
  readonly arn: string;
  readonly wrote: readonly RoutingAction[] | undefined;
  /** What stood there right before; `undefined` where nothing could be read. */
  readonly stood: readonly RoutingAction[] | undefined;
}

/** Returns what restorations wrote over, in their order; a rule that a function had found as planned is left out. */
export function overwrittenOf(written: readonly WrittenRule[]): readonly Overwritten[] {
  return written.flatMap(({ item, live, restored }) => {
    const { kind, arn, blue } = item;
    const stood = live?.actions[0] ?? restored?.Payload?.stood ?? item.stood;
    if (stood === undefined && blue === undefined) return [];
    return [{ kind, arn, wrote: restored?.Payload?.wrote ?? item.actions, stood: stood && writable(stood) }];
  });
}

/**
 * What has to be written so that a rule has again what stood there, with everything on blue; `undefined` where it has, where
 * nothing is known, where the load balancer has forgotten its login's secret, and where others have changed it once more since it was
 * written over.
 */
export function givenBack(
  state: RolloutState,
  { arn, wrote, stood }: Overwritten,
  now: Routing | undefined,
): readonly RoutingAction[] | undefined {
  const planned = newestPlan(state).find((item) => item.arn === arn);
  if (stood === undefined || planned === undefined || now === undefined) return undefined;
  const pair = pairOf(state, weightsOf(planned.actions));
  if (pair === undefined) return undefined;
  const wanted = withoutGroupStickiness(ledToBlue(stood, planned.actions, pair));
  const live = writable(now.actions);
  if (isSameButWeights(wanted, live) || lacksSecret(live, wanted)) return undefined;
  return wrote === undefined || isSameButWeights(writable(wrote), live) ? wanted : undefined;
}

/** What a restoration took from one rule. */
export interface Loss {
  /** In words. */
  readonly rule: string;
  /** The rule as it was. */
  readonly stood: Pick<RestoreItem, 'kind' | 'arn' | 'actions'>;
}

/** What a restoration took from rules. */
export interface Losses {
  readonly lost: readonly Loss[];
  /** Nothing could read these before they were written over. */
  readonly unknown: readonly string[];
}

/** Compares what stood in the rules, or in the newest plan where nothing tells, with what they have now. */
export function lossesOf(
  state: RolloutState,
  overwritten: readonly Overwritten[],
  routings: readonly Routing[],
): Losses {
  const known = overwritten.flatMap(({ kind, arn, stood }) => (stood === undefined ? [] : [{ kind, arn, stood }]));
  const planned = newestPlan(state)
    .filter(({ arn }) => known.every((one) => one.arn !== arn))
    .map(({ kind, arn, actions: stood }) => ({ kind, arn, stood }));
  const lost = [...planned, ...known].flatMap(({ kind, arn, stood }): readonly Loss[] => {
    const now = routings.find((routing) => routing.arn === arn);
    if (now === undefined || isLeft(state, now) || !isLost(state, stood, now)) return [];
    const rule = `${kind} ${arn} had ${inWords(state, stood)} before the restoration and has ${typesOf(now.actions)}`;
    return [{ rule, stood: { kind, arn, actions: stood } }];
  });
  const unknown = overwritten.flatMap(({ kind, arn, stood }) => {
    const now = routings.find((routing) => routing.arn === arn);
    return stood === undefined && now !== undefined && !isLeft(state, now)
      ? [`${kind} ${arn} has ${typesOf(now.actions)}`]
      : [];
  });
  return { lost: onceEach(lost), unknown: [...new Set(unknown)] };
}

function onceEach(losses: readonly Loss[]): readonly Loss[] {
  return losses.filter(({ rule }, index) => losses.findIndex((other) => other.rule === rule) === index);
}

/** Returns whether what was in front is gone, or what answered in the place of the slots. */
export function isLost(state: RolloutState, stood: readonly RoutingAction[], { actions }: Routing): boolean {
  const now = inFront(writable(actions));
  const isThere = (action: RoutingAction) => now.some((one) => isSame([one], [action]));
  return !inFront(writable(stood)).every(isThere) || (!forwardsToPair(state, stood) && forwardsToPair(state, actions));
}

function forwardsToPair(state: RolloutState, actions: readonly RoutingAction[]): boolean {
  return pairOf(state, weightsOf(actions)) !== undefined;
}

/** Where it led elsewhere than to the rollout's slots, its target groups are what a person needs. */
function inWords(state: RolloutState, actions: readonly RoutingAction[]): string {
  const groups = Object.keys(weightsOf(actions));
  return forwardsToPair(state, actions) || groups.length === 0
    ? typesOf(actions)
    : `${typesOf(actions)} to ${groups.join(', ')}`;
}
