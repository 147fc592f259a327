import {
  asksPeople,
  firstWays,
  onCallNeed,
  onCallPagers,
  type PersonalWay,
  personalWays,
} from '../../messages/personal.ts';
import { NotTaken, type Notifier, type OnCallPerson } from '../../channels/notifier.ts';
import type { DeliveryMarks } from '../../channels/delivery-marks.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import { transitionsOf } from '../../rollout/transition.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { ChannelOf } from '../../specification/notification-channel.ts';
import { TryLater } from './try-later.ts';

interface OnCallWorld extends Part<'store' | 'outbox'> {
  readonly marks: DeliveryMarks;
  readonly notifier: Notifier;
}

/** Returns the channel whose on-call the name of a delivery means; `undefined` for every other name. */
export function pagerFor(name: string, { spec }: RolloutState): ChannelOf<'pagerduty'> | undefined {
  return onCallPagers(spec).find((one) => one.name === name)?.pager;
}

/**
 * Sends who is on call in PagerDuty a personal link to what needs a person and asks nobody else. Links are for people of the spec,
 * by their mail address: where PagerDuty does not say who is on call, or names nobody of them, all of them get one, with the reason.
 */
export async function tellOnCall(
  name: string,
  pager: ChannelOf<'pagerduty'>,
  { state }: StoredRollout,
  { store, marks, outbox, notifier }: OnCallWorld,
): Promise<void> {
  const { rolloutId } = state;
  const { mark, version } = await marks.read(rolloutId, name);
  const events = await store.events(rolloutId, mark.upTo);
  const newest = events.at(-1)?.sequence;
  if (newest === undefined) return;
  const needs = transitionsOf(events).filter(
    ({ event: { type } }) => onCallNeed(type, state) !== undefined && !asksPeople(type, state.spec),
  );
  if (needs.length > 0) {
    const { ways, because } = await waysOf(pager, state, notifier);
    await outbox.hint(
      needs.flatMap(({ sequence }) =>
        ways.map((way) => ({
          rolloutId,
          channel: way.name,
          extra: { kind: 'onCall' as const, sequence, ...(because === undefined ? {} : { because }) },
          id: `${rolloutId}.o${String(sequence)}.${way.name}`,
        })),
      ),
    );
  }
  // Hints are queued by now: a second try would send the same ones.
  if (!(await marks.write(rolloutId, name, { ...mark, upTo: newest }, version))) {
    throw new TryLater(`Another sender asks who is on call for ${rolloutId} right now.`, 5);
  }
}

async function waysOf(
  pager: ChannelOf<'pagerduty'>,
  { spec }: RolloutState,
  notifier: Notifier,
): Promise<{ readonly ways: readonly PersonalWay[]; readonly because?: string }> {
  const all = firstWays(personalWays(spec));
  const asked = await askWho(pager, notifier);
  if (typeof asked === 'string') return { ways: all, because: `It is not known who is on call: ${asked}` };
  const mails = new Set(asked.map(({ mail }) => mail).filter((mail) => mail !== ''));
  const ways = all.filter(({ person }) => mails.has((person.mail ?? '').toLowerCase()));
  if (ways.length > 0) return { ways };
  const names = asked.map((one) => one.name).join(', ');
  const because =
    names === ''
      ? 'PagerDuty says that nobody is on call'
      : `${names} is on call in PagerDuty, and no person of approvals.people has that mail address`;
  return { ways: all, because };
}

async function askWho(pager: ChannelOf<'pagerduty'>, notifier: Notifier): Promise<readonly OnCallPerson[] | string> {
  try {
    return (await notifier.onCall?.(pager)) ?? [];
  } catch (error) {
    if (error instanceof NotTaken) return error.message;
    throw error;
  }
}
