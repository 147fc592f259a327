import type { Retention, RolloutSummary, StoredRollout } from '../ports/rollout-store.ts';
import type { RecordedEvent } from '../rollout/events.ts';
import { retirementOf } from '../rollout/retirement.ts';
import { isActive } from '../rollout/phase.ts';
import type { RolloutState } from '../rollout/state.ts';
import { longestStickiness, restorationOf, shapeOf } from '../rollout/way-back.ts';
import { keys } from './dynamodb-keys.ts';

/**
 * The state's item. `active`, `handedOver`, `finishable`, `retirement`, `claimedBy`, `fence`, `executionArn`, `restorePlan`,
 * `sticky` and `shape` stand outside the JSON because the rollback machine reads them without a function; the sequence and the
 * fence, because writes are conditional on them. `retirement` is there after a success alone.
 */
export function stateItem({ state, sequence, fence, claimedBy }: StoredRollout): Record<string, unknown> {
  return {
    ...keys.state(state.rolloutId),
    state: JSON.stringify(state),
    service: state.service,
    sequence,
    fence,
    active: isActive(state) ? 'yes' : 'no',
    handedOver: state.phase === 'rollingBack' ? 'yes' : 'no',
    finishable: state.phase === 'finishing' ? 'yes' : 'no',
    ...(state.phase === 'succeeded' && { retirement: JSON.stringify(retirementOf(state)) }),
    ...(claimedBy !== undefined && { claimedBy }),
    executionArn: state.executionArn,
    restorePlan: JSON.stringify(restorationOf(state)),
    sticky: longestStickiness(state) > 0 ? 'yes' : 'no',
    shape: shapeOf(state),
  };
}

/** Reads back what `stateItem` wrote. */
export function storedRollout(item: Readonly<Record<string, unknown>>): StoredRollout {
  return {
    state: JSON.parse(stringOf(item, 'state')) as RolloutState,
    sequence: Number(item['sequence']),
    fence: Number(item['fence']),
    ...(typeof item['claimedBy'] === 'string' && { claimedBy: item['claimedBy'] }),
  };
}

export function eventItem(recorded: RecordedEvent): Record<string, unknown> {
  return {
    ...keys.event(recorded.rolloutId, recorded.sequence),
    rolloutId: recorded.rolloutId,
    recorded: JSON.stringify(recorded),
  };
}

export function summaryItem(state: RolloutState): Record<string, unknown> {
  const summary: RolloutSummary = {
    rolloutId: state.rolloutId,
    phase: state.phase,
    image: state.image.tag ?? state.image.digest,
    digest: state.image.digest,
    openedAt: state.openedAt,
  };
  return { ...keys.summary(state.service, state.rolloutId), summary: JSON.stringify(summary) };
}

export function retentionItem(state: RolloutState, keptUntil: string): Record<string, unknown> {
  const retention: Retention = { rolloutId: state.rolloutId, slot: state.blue, digest: state.blueDigest, keptUntil };
  return { ...keys.retention(state.service), rolloutId: state.rolloutId, retention: JSON.stringify(retention) };
}

export function announcedItem(rolloutId: string, sequence: number): Record<string, unknown> {
  return { ...keys.announced(rolloutId), sequence };
}

export function unsettledItem(rolloutId: string, sequence: number): Record<string, unknown> {
  return { ...keys.unsettled(rolloutId), rolloutId, sequence };
}

/** A string attribute; an item without it was not written by this product. */
export function stringOf(item: Readonly<Record<string, unknown>>, attribute: string): string {
  const value = item[attribute];
  if (typeof value !== 'string') {
    throw new Error(
      `Item ${String(item['pk'])} / ${String(item['sk'])} has no text attribute ${attribute}; the table was edited by hand.`,
    );
  }
  return value;
}
