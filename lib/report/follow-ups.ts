import type { StoredRollout } from '../ports/rollout-store.ts';
import type { RecordedEvent, RolloutEvent } from '../rollout/events.ts';
import { isActive } from '../rollout/phase.ts';
import { knownDefinitionOf } from '../rollout/events.ts';
import type { RolloutState } from '../rollout/state.ts';

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
    ...(stored.altered === undefined && state.altered === undefined
      ? []
      : [`The record was changed outside of Sluice: sluice audit verify ${state.rolloutId} names each event.`]),
    ...(state.liveWeights === undefined ? [] : ['The live weights are not as this rollout left them.']),
  ];
}

/** What `afterEnd` tells with more words. */
const toldOtherwise: readonly RolloutEvent['type'][] = ['RollbackRequested', 'BreakGlassUsed', 'RecordAltered'];

function afterEnd(state: RolloutState, events: readonly RecordedEvent[]): readonly string[] {
  const { phase, service, reason = 'it was rolled back', closing } = state;
  if (isActive(state)) return ['The rollout has not ended: this report is as of now.'];
  if (phase === 'rejected') return [`Correct what was refused, then start it again: ${reason}`];
  if (phase === 'succeeded') return keptText(state, events);
  const evidence = newest(events, 'EvidenceCaptured');
  const missing = newest(events, 'EvidenceMissing');
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
  const end = newest(events, 'RolloutSucceeded');
  if (end === undefined || state.happened?.BlueRetired !== undefined) return [];
  return [
    `The former version is kept until ${end.keptUntil}; sluice rollback ${state.service} goes back to it until then.`,
  ];
}

function checkFollowUps(events: readonly RecordedEvent[]): readonly string[] {
  const round = newest(events, 'PreChecksPassed');
  return (round?.results ?? []).flatMap(({ name, passed, result, waived, fix }) => {
    if (waived !== undefined)
      return [`Check ${name} is waived by ${waived.by} until ${waived.until}: ${waived.reason}`];
    if (passed && result !== 'warned') return [];
    return [`Check ${name} ${result ?? 'failed'}${fix === undefined ? '.' : `; to fix: ${fix}`}`];
  });
}

/** A gate that decides nothing is seen by no one where nobody is told. */
function advisoryFollowUps(events: readonly RecordedEvent[]): readonly string[] {
  const failed = new Set<string>();
  for (const { event } of events) {
    if (event.type !== 'GreenAnalysed') continue;
    for (const { gate, dryRun, outcome } of event.gates) if (dryRun === true && outcome === 'fail') failed.add(gate);
  }
  return [...failed].map((gate) => `Advisory gate ${gate} failed at least once; it decided nothing.`);
}

function newest<Type extends RolloutEvent['type']>(
  events: readonly RecordedEvent[],
  type: Type,
): Extract<RolloutEvent, { type: Type }> | undefined {
  const isOfType = (event: RolloutEvent): event is Extract<RolloutEvent, { type: Type }> => event.type === type;
  return events.flatMap(({ event }) => (isOfType(event) ? [event] : [])).at(-1);
}
