import type { EmergencyRecord } from '../../ports/emergencies.ts';
import type { Part } from '../../ports/world.ts';
import { callerFactsOf, type Decider } from '../../rollout/decider.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import { isOpen } from '../../rollout/matters.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { EmergencyPart } from '../../specification/emergency.ts';
import { appendIf } from '../ownership/append-if.ts';

type Needs = Part<'store' | 'now'>;
type Told = Pick<EmergencyRecord, 'toldIn' | 'number'>;

/** Records that an emergency began, once. */
export async function tellBegan(record: EmergencyRecord, world: Needs): Promise<void> {
  const { by, how, reason, number, parts, until } = record;
  const event: RolloutEvent = {
    ...{ type: 'EmergencyBegan', by, ...(how !== undefined && { how }), ...callerFactsOf(record) },
    ...{ reason, number, parts, until },
  };
  await appendIf(record.toldIn, event, (state) => !isToldOf(state, record), world);
}

/** Returns whether a rollout's record says already that an emergency began. */
export function isToldOf({ emergency }: RolloutState, { number }: Pick<EmergencyRecord, 'number'>): boolean {
  return (emergency?.number ?? 0) >= number;
}

/** Records once, by its key, what a part has done, or that it could not help. */
export async function tellPart(
  { toldIn, number }: Told,
  part: EmergencyPart,
  key: string,
  said: { readonly what: string } | { readonly reason: string },
  world: Needs,
): Promise<void> {
  const event: RolloutEvent =
    'what' in said
      ? { type: 'EmergencyActed', number, part, key, what: said.what }
      : { type: 'EmergencyPartFailed', number, part, key, reason: said.reason };
  await appendIf(toldIn, event, isNews(number, key), world);
}

/** Reminds people once a turn. */
export async function tellReminder({ toldIn, number }: Told, turn: number, state: string, world: Needs): Promise<void> {
  await appendIf(
    toldIn,
    { type: 'EmergencyReminded', number, turn, state },
    isNews(number, `reminder-${String(turn)}`),
    world,
  );
}

/** Records the end, once. */
export async function tellEnded(
  { toldIn, number, ended }: Pick<EmergencyRecord, 'toldIn' | 'number' | 'ended'>,
  world: Needs,
): Promise<void> {
  if (ended === undefined) return;
  const { by, how, reason, outcome } = ended;
  const event: RolloutEvent = {
    ...{ type: 'EmergencyEnded', by, ...(how !== undefined && { how }), ...callerFactsOf(ended) },
    ...{ reason, number, outcome },
  };
  await appendIf(toldIn, event, ({ emergency }) => emergency?.number === number && emergency.over !== true, world);
}

/** Records that a person has seen to a service whose emergency had ended with its time: that ends its alert. */
export async function tellSeenTo(
  { toldIn, number }: Told,
  { by, how, reason, ...facts }: Decider & { readonly reason: string },
  world: Needs,
): Promise<void> {
  const event: RolloutEvent = { type: 'EmergencySeenTo', by, how, ...callerFactsOf(facts), reason, number };
  await appendIf(toldIn, event, ({ matters }) => isOpen(matters, ['EmergencyEnded']), world);
}

/** Returns who has taken the emergency upon them that a rollout's record tells of: reminders end with that. */
export function takerOf({ matters }: RolloutState): string | undefined {
  return matters?.find(({ type }) => type === 'EmergencyBegan')?.taken?.by;
}

function isNews(number: number, key: string) {
  return ({ emergency }: RolloutState) =>
    emergency?.number === number && emergency.over !== true && !emergency.keys.includes(key);
}
