import type { StoredRollout } from '../ports/rollout-store.ts';
import type { RecordedEvent, RolloutEvent } from '../rollout/events.ts';
import { isActive } from '../rollout/phase.ts';
import { knownDefinitionOf } from '../rollout/events.ts';
import type { RolloutState } from '../rollout/state.ts';
import { advisoryFollowUps, checkFollowUps } from './gate-follow-ups.ts';
import { newestEvent } from './newest-event.ts';

/** Returns what a person still has to do or to know, one sentence each. */
export function followUpsOf(stored: StoredRollout, events: readonly RecordedEvent[]): readonly string[] {
  const { state } = stored;
  const open = (state.matters ?? [])
    .filter(({ severity, type }) => severity !== 'info' && !toldOtherwise.includes(type))
    .map(({ type, at, taken }) => {
      const what = knownDefinitionOf({ type })?.when ?? type;
      return `Open since ${at}: ${what}.${taken === undefined ? ' It is not acknowledged.' : ` ${taken.by} takes care of it.`}`;
    });
  return [
    ...open,
    ...afterEnd(state, events),
    ...checkFollowUps(events),
    ...advisoryFollowUps(events),
    ...(state.brokenGlass !== undefined && state.brokenGlass.reviewedBy === undefined
      ? [`${state.brokenGlass.by} approved alone: another person reviews it with sluice review ${state.rolloutId}.`]
      : []),
    ...(state.directUses ?? []).flatMap(({ actor, at, reviewedBy }) =>
      reviewedBy === undefined
        ? [`${actor} wrote rules directly at ${at}: another person reviews it with sluice review ${state.rolloutId}.`]
        : [],
    ),
    ...(stored.altered === undefined && state.altered === undefined
      ? []
      : [`The record was changed outside of Sluice: sluice audit verify ${state.rolloutId} names each event.`]),
    ...(state.liveWeights === undefined ? [] : ['The live weights are not as this rollout left them.']),
  ];
}

/** What `afterEnd` tells with more words. */
const toldOtherwise: readonly RolloutEvent['type'][] = [
  'RollbackRequested',
  'BreakGlassUsed',
  'DirectUseRecorded',
  'RecordAltered',
];

function afterEnd(state: RolloutState, events: readonly RecordedEvent[]): readonly string[] {
  const { phase, service, reason = 'it was rolled back', closing } = state;
  if (isActive(state)) return ['The rollout has not ended: this report is as of now.'];
  if (phase === 'rejected') return [`Correct what was refused, then start it again: ${reason}`];
  if (phase === 'succeeded') return keptText(state, events);
  const evidence = newestEvent(events, 'EvidenceCaptured');
  const missing = newestEvent(events, 'EvidenceMissing');
  return [
    `Find the cause before ${service} gets this version again: ${reason}`,
    ...(evidence === undefined ? [] : [`Evidence of green is at ${evidence.location}.`]),
    ...(missing === undefined ? [] : [`Evidence that could not be kept: ${missing.missing.join('; ')}.`]),
    ...(closing?.unreleased === undefined
      ? []
      : [`Autoscaling is not put back yet: ${closing.unreleased.join(', ')}.`]),
  ];
}

function keptText(state: RolloutState, events: readonly RecordedEvent[]): readonly string[] {
  const end = newestEvent(events, 'RolloutSucceeded');
  if (end === undefined || state.happened?.BlueRetired !== undefined) return [];
  return [
    `The former version is kept until ${end.keptUntil}; sluice rollback ${state.service} goes back to it until then.`,
  ];
}
