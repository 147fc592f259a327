import type { Retention, RolloutSummary, StoredRollout } from '../ports/rollout-store.ts';
import { isEventType, type RecordedEvent, recordedEvent } from '../rollout/events.ts';
import { retirementOf } from '../rollout/retirement.ts';
import { isActive } from '../rollout/phase.ts';
import { type RolloutState, rolloutState } from '../rollout/state.ts';
import { driverOf } from '../drivers/registry.ts';
import { longestStickiness } from '../drivers/rules/unread-restoration.ts';
import { shapeOf } from '../rollout/going-back.ts';
import { keys } from './dynamodb-keys.ts';
import { storedJson, type StoredKind, unknownEventOf } from './stored-json.ts';

const storedState: StoredKind<RolloutState> = { form: rolloutState };
const storedRecord: StoredKind<RecordedEvent> = { form: recordedEvent, unknownIn: unknownEventOf(isEventType) };

const texts = new WeakMap<RolloutState, string>();

/** Returns a state as JSON. An append needs it twice: for the hash of the state, and for the item. */
function textOf(state: RolloutState): string {
  const text = texts.get(state) ?? JSON.stringify(state);
  texts.set(state, text);
  return text;
}

/**
 * The state's item. `active`, `handedOver`, `finishable`, `retirement`, `claimedBy`, `fence`, `executionArn`, `restorePlan`,
 * `sticky` and `shape` stand outside the JSON because the rollback machine reads them without a function; the sequence and the
 * fence, because writes are conditional on them. `retirement` is there after a success alone.
 */
export function stateItem({ state, sequence, fence, claimedBy, chain }: StoredRollout): Record<string, unknown> {
  return {
    ...keys.state(state.rolloutId),
    state: textOf(state),
    service: state.service,
    sequence,
    fence,
    active: isActive(state) ? 'yes' : 'no',
    handedOver: state.phase === 'rollingBack' ? 'yes' : 'no',
    finishable: state.phase === 'finishing' ? 'yes' : 'no',
    ...(state.phase === 'succeeded' && { retirement: JSON.stringify(retirementOf(state)) }),
    ...(claimedBy !== undefined && { claimedBy }),
    ...(chain !== undefined && { head: chain.head }),
    executionArn: state.executionArn,
    restorePlan: JSON.stringify(driverOf(state.spec).restorationOf(state)),
    sticky: longestStickiness(state) > 0 ? 'yes' : 'no',
    shape: shapeOf(state),
  };
}

/** Reads back what `stateItem` wrote. */
export function storedRollout(item: Readonly<Record<string, unknown>>): StoredRollout {
  return {
    state: storedJson(item, 'state', storedState),
    sequence: Number(item['sequence']),
    fence: Number(item['fence']),
    ...(typeof item['claimedBy'] === 'string' && { claimedBy: item['claimedBy'] }),
  };
}

/**
 * Reads back what `eventItem` wrote.
 * @throws NewerRecord where it is an event that this version does not know
 */
export function storedEvent(item: Readonly<Record<string, unknown>>): RecordedEvent {
  return storedJson(item, 'recorded', storedRecord);
}

export function eventItem(recorded: RecordedEvent): Record<string, unknown> {
  return {
    ...keys.event(recorded.rolloutId, recorded.sequence),
    rolloutId: recorded.rolloutId,
    recorded: JSON.stringify(recorded),
  };
}

/** Returns what lists show of a rollout. */
export function summaryOf(state: RolloutState): RolloutSummary {
  const { blue, blueTaskDefinition, greenTaskDefinition } = state;
  return {
    rolloutId: state.rolloutId,
    phase: state.phase,
    image: state.image.tag ?? state.image.digest,
    digest: state.image.digest,
    openedAt: state.openedAt,
    ...(state.drill !== undefined && { drill: state.drill }),
    runs: { blue, blueTaskDefinition, ...(greenTaskDefinition !== undefined && { greenTaskDefinition }) },
  };
}

export function summaryItem(state: RolloutState): Record<string, unknown> {
  return { ...keys.summary(state.service, state.rolloutId), summary: JSON.stringify(summaryOf(state)) };
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
