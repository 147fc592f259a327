import type { Pair } from '../../drivers/rules/pair.ts';
import { shareOf } from '../../drivers/rules/pairs.ts';
import type { Routing } from '../../drivers/rules/routing.ts';
import { hasSameSlots } from '../../drivers/shapes/layout-of.ts';
import type { SlotName } from '../../drivers/layout/layout.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { servesAfter } from '../../rollout/closing.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import { isActive } from '../../rollout/phase.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';

/** What the check of one service's weights found. */
export interface Checked {
  /** `unclear`: nothing could be compared, for the reason given. */
  readonly outcome: 'asRecorded' | 'inRollout' | 'changed' | 'restored' | 'unserved' | 'unclear';
  readonly reason?: string | undefined;
}

/** What the record says of a service that no rollout holds; absent what it does not say. */
export interface RecordedService {
  /** The applied one. */
  readonly spec?: RolloutSpec | undefined;
  /** Whether there was a rollout. */
  readonly hasRollout: boolean;
  readonly newest?: StoredRollout | undefined;
}

/** The slots of a service, as its record says that they should serve. */
export interface Expected {
  /** The newest rollout, whose record says so. */
  readonly stored: StoredRollout;
  readonly spec: RolloutSpec;
  /** The one that should serve. */
  readonly blue: SlotName;
  readonly green: SlotName;
}

/** Decides which slot should serve by the record, or why the weights cannot be compared with it. */
export function expectationOf({ spec, hasRollout, newest }: RecordedService): Expected | Checked {
  if (spec === undefined || !hasRollout) return unclear('no rollout has recorded which slot serves');
  // A rollout was opened since the lock was read.
  if (newest === undefined || isActive(newest.state)) return { outcome: 'inRollout' };
  if (!hasSameSlots(spec, newest.state.spec)) return unclear('the spec has other slots than the newest rollout');
  const serving = servesAfter(newest.state);
  if (serving === undefined) return unclear('a person closed the newest rollback while traffic was split');
  return { stored: newest, spec, blue: serving, green: serving === 'a' ? 'b' : 'a' };
}

function unclear(reason: string): Checked {
  return { outcome: 'unclear', reason };
}

/**
 * Decides which of a service's rules send something to the wrong slot, by two readings: one description may be older than the last
 * write. `unclear` where a rule is gone, or leads to other target groups: it belongs to something else by now.
 * @param rules how many the service has
 */
export function strayedIn(
  expected: Expected,
  [first, second]: readonly [readonly Routing[], readonly Routing[]],
  rules: number,
): readonly Routing[] | 'unclear' {
  const strays = ({ weights }: Routing) => (shareOf(expected, weights) ?? 0) > 0;
  if (first.some(strays)) return second.filter(strays);
  const comparable = second.filter(({ weights }) => shareOf(expected, weights) !== undefined);
  return comparable.length === rules ? [] : 'unclear';
}

/** A rule that sends something to the slot that should not serve. */
export interface Strayed {
  readonly routing: Routing;
  /** Target groups: blue's of the slot that should serve, green's of the other. */
  readonly pair: Pair;
  /** Its users reach no healthy target. */
  readonly isUnserved: boolean;
  /** So it is, and the slot that should serve has some. */
  readonly canBeHelped: boolean;
}

/** What people hear of rules that sent traffic to the wrong slot. */
export interface StrayedDecision {
  readonly outcome: 'changed' | 'restored' | 'unserved';
  /** `undefined` where it is recorded already. */
  readonly event: RolloutEvent | undefined;
}

/**
 * Decides what is said of rules that send something to the wrong slot, some of which may be put back by now. Each change is announced
 * once; what was put back and changed again is another one.
 */
export function decideStrayed(
  { liveWeights }: Pick<RolloutState, 'liveWeights'>,
  strayed: readonly Strayed[],
  restored: readonly string[],
): StrayedDecision {
  const rules = strayed.map(({ routing: { arn, weights } }) => `${arn} has ${JSON.stringify(weights)}`);
  const isUnserved = strayed.some((one) => one.isUnserved);
  const event: RolloutEvent = isUnserved
    ? { type: 'UsersUnserved', rules, restored }
    : { type: 'WeightsChanged', rules };
  const isKnown = restored.length === 0 && liveWeights === JSON.stringify([event.type, rules]);
  const ofUnserved = restored.length > 0 ? 'restored' : 'unserved';
  return { outcome: isUnserved ? ofUnserved : 'changed', event: isKnown ? undefined : event };
}
