import { isAnsweredBy, openPoint } from '../approval/link-state.ts';
import { type EventType, knownDefinitionOf } from '../rollout/events.ts';
import type { Matter } from '../rollout/matters.ts';
import { needsPerson } from '../rollout/needs.ts';
import type { DecisionPoint } from '../rollout/people-state.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Person } from '../specification/approvals.ts';
import type { Channel } from '../specification/notification-channel.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import type { Message } from './message.ts';

/** A way to one person alone; its name can be that of no channel of a spec. */
export interface PersonalWay {
  readonly name: string;
  readonly person: Person;
  /** How it is sent: like a channel of that type. */
  readonly channel: Channel;
}

type Settings = Pick<RolloutSpec, 'approvals' | 'notifications'>;

/** Every way to every person, the first one first: direct messages by the Slack token of the spec, then mail from its sender. */
export function personalWays({ approvals, notifications }: Settings): readonly PersonalWay[] {
  const { channels } = notifications;
  const from = approvals.from ?? channels.find((channel) => channel.type === 'mail')?.from;
  const token = channels.find((channel) => channel.type === 'slack')?.token;
  return approvals.people.flatMap((person, index): PersonalWay[] => {
    const { mail, slack } = person;
    const [byMail, bySlack] = [`@${index}.mail`, `@${index}.slack`];
    return [
      ...(slack === undefined || token === undefined
        ? []
        : [
            {
              name: bySlack,
              person,
              channel: { name: bySlack, type: 'slack' as const, token, channel: slack, buttons: false },
            },
          ]),
      ...(mail === undefined || from === undefined
        ? []
        : [{ name: byMail, person, channel: { name: byMail, type: 'mail' as const, from, to: [mail] } }]),
    ];
  });
}

/** Returns the way that each person is reached by; the others are for when it fails. */
export function firstWays(ways: readonly PersonalWay[]): readonly PersonalWay[] {
  return ways.filter(({ person }, index) => ways.findIndex((one) => one.person === person) === index);
}

/** Returns the way to the same person after one that fails. */
export function nextWay({ name, person }: PersonalWay, ways: readonly PersonalWay[]): PersonalWay | undefined {
  const theirs = ways.filter((one) => one.person === person);
  return theirs[theirs.findIndex((one) => one.name === name) + 1];
}

/** Channels of PagerDuty whose on-call gets links, each by a name that no channel of a spec can have. */
export function onCallPagers({ notifications }: Pick<Settings, 'notifications'>) {
  return notifications.channels.flatMap((pager) =>
    pager.type === 'pagerduty' && pager.onCall !== undefined ? [{ name: `@on-call.${pager.name}`, pager }] : [],
  );
}

/** Returns what of a rollout needs a person since an event of that type, as long as nobody has taken it. */
export function onCallNeed(type: EventType, { matters = [] }: Pick<RolloutState, 'matters'>): Matter | undefined {
  return matters.find((matter) => matter.type === type && needsPerson(matter) && matter.taken === undefined);
}

/** A message for a person who is on call, with their own link; each need of a rollout is told to them once. */
export function onCallMessage(
  message: Message,
  matter: Matter,
  person: Person,
  url: string,
  because?: string,
): Message {
  const personal = personalMessage(message, 'control', person, url);
  const [link, ...links] = personal.links;
  const why =
    because === undefined ? 'You are on call in PagerDuty.' : `${because}, so all people of the spec get this.`;
  return {
    ...personal,
    key: onCallKey(matter),
    kind: 'escalation',
    next: `${why} ${personal.next}`,
    links: [...(link === undefined ? [] : [{ ...link, text: 'See what needs you, and act' }]), ...links],
  };
}

/** Name of the message about one need. */
export function onCallKey({ type, at }: Pick<Matter, 'type' | 'at'>): string {
  return `o${type}-${at}`;
}

/** Whether an event is one after which people may get a link. */
export function asksPeople(type: EventType, { approvals }: Settings): boolean {
  const kinds = knownDefinitionOf({ type })?.asks ?? [];
  return kinds.some((kind) => kind !== 'control' || approvals.controlLinks);
}

/** Returns the point that a person gets a link for after an event; `undefined` where there is nothing (any more) for them to decide. */
export function pointAsked(type: EventType, person: Person, state: RolloutState): DecisionPoint | undefined {
  const open = openPoint(state);
  const point = open?.startsWith('control') === true ? 'control' : open;
  if (point === undefined || !asksPeople(type, state.spec) || isAnsweredBy(person.name, point, state)) return undefined;
  return knownDefinitionOf({ type })?.asks?.some((kind) => point.startsWith(kind)) === true ? point : undefined;
}

/** Name of the message with the link that commands the whole rollout: each person gets one. */
export const controlKey = 'control';

/** A message with a person's own link; nobody else gets it. */
export function personalMessage(message: Message, point: DecisionPoint, { name }: Person, url: string): Message {
  const text =
    point === 'approval'
      ? 'Approve or reject'
      : point.startsWith('hold')
        ? 'Go on or roll back'
        : point.startsWith('task')
          ? 'Run it again, go on or end'
          : 'Skip, pause or roll back';
  const use = point === 'control' ? 'works at each step of this rollout' : 'works once';
  return {
    ...message,
    ...(point === 'control' ? { key: controlKey } : {}),
    next: `${message.next}${message.next === '' ? '' : ' '}The link is ${name}'s alone and ${use}: opening it changes nothing, deciding there does. Do not pass it on.`,
    links: [{ text, url }, ...message.links],
  };
}
