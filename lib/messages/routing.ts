import { knownDefinitionOf } from '../rollout/events.ts';
import type { Matter } from '../rollout/matters.ts';
import type { Need } from '../rollout/needs.ts';
import type { Severity } from '../rollout/events/define-event.ts';
import type { Channel } from '../specification/notification-channel.ts';
import type { NotificationSettings, Route } from '../specification/notifications.ts';
import { isSilent } from './silence.ts';
import type { Subject } from './subject.ts';

/** EventBridge hears everything, always: machines are not woken at night. */
export const everythingChannel = 'events';

const defaultRepeatSeconds: Readonly<Record<Severity, number>> = { critical: 300, warning: 1800, info: 3600 };

function isChat({ type }: Channel): boolean {
  return type === 'slack' || type === 'slack-webhook';
}

/** A chat of that name, or a Slack channel that is called so. */
function isForTheCritical(channel: Channel): boolean {
  if (!isChat(channel)) return false;
  return /(^|-)critical$/.test(channel.name) || (channel.type === 'slack' && channel.channel === '#critical');
}

/**
 * The table, as it was written or the product's default: critical messages go to PagerDuty, to the chats that are called
 * critical (without one, to the others) and by mail, every 5 minutes until a person takes it; warnings to the other chats,
 * every 30 minutes; everything else there, hourly while it stays open. Webhooks get all of it. A rollback is a warning, as it
 * heals itself as a rule; PagerDuty gets it too, with that severity.
 */
function routesOf({ routes, channels: all, customers = [] }: NotificationSettings): readonly Route[] {
  if (routes !== undefined) return routes;
  const channels = all.filter(({ name }) => !customers.includes(name));
  const named = (keep: (channel: Channel) => boolean) => channels.filter(keep).map(({ name }) => name);
  const loud = named(isForTheCritical);
  const quiet = named((channel) => isChat(channel) && !isForTheCritical(channel));
  const [loudChats, quietChats] = [loud.length > 0 ? loud : quiet, quiet.length > 0 ? quiet : loud];
  const machines = named(({ type }) => type === 'webhook');
  const pagers = named(({ type }) => type === 'pagerduty');
  const critical = [...pagers, ...loudChats, ...named(({ type }) => type === 'mail'), ...machines];
  const others = named(({ name }) => !critical.includes(name));
  return [
    { severity: ['critical'], to: critical, repeat: defaultRepeatSeconds.critical, fallback: others },
    {
      events: ['RollbackRequested'],
      to: [...pagers, ...quietChats, ...machines],
      repeat: defaultRepeatSeconds.warning,
    },
    { severity: ['warning'], to: [...quietChats, ...machines], repeat: defaultRepeatSeconds.warning },
    { severity: ['info'], to: [...quietChats, ...machines], repeat: defaultRepeatSeconds.info },
  ];
}

/** The row that counts for a subject; `undefined` where none holds. */
export function routeFor(settings: NotificationSettings, subject: Subject): Route | undefined {
  return routesOf(settings).find(
    ({ severity, events, stages }) =>
      (severity?.includes(subject.severity) ?? true) &&
      (events?.includes(subject.type) ?? true) &&
      (stages?.includes(subject.stage) ?? true),
  );
}

/** Whether a channel hears of a subject, after muting and quiet hours. */
export function hears(settings: NotificationSettings, channel: Channel, subject: Subject): boolean {
  return isChangeFor(settings, channel, subject) || isAnnouncedTo(settings, channel, subject);
}

/** Whether PagerDuty gets a subject as a change event and nothing else: these notify nobody, whatever its row says. */
export function isChangeAlone(settings: NotificationSettings, channel: Channel, subject: Subject): boolean {
  return isChangeFor(settings, channel, subject) && !isAnnouncedTo(settings, channel, subject);
}

/** PagerDuty shows changes beside its incidents. */
function isChangeFor(settings: NotificationSettings, channel: Channel, subject: Subject): boolean {
  const { marksChange } = knownDefinitionOf(subject) ?? {};
  if (channel.type !== 'pagerduty' || marksChange === undefined) return false;
  if (marksChange === 'between' && channel.changes === 'ends') return false;
  return routesOf(settings).some(({ to, fallback = [] }) => [...to, ...fallback].includes(channel.name));
}

function isAnnouncedTo(settings: NotificationSettings, channel: Channel, subject: Subject): boolean {
  return isRoutedTo(settings, channel, subject) && !isInHeadAlone(settings, channel, subject);
}

/** What goes as planned: a chat shows it where the rollout stands, and is not given a message more to read. */
function isInHeadAlone(settings: NotificationSettings, channel: Channel, subject: Subject): boolean {
  const { inHead, opensThread } = knownDefinitionOf(subject) ?? {};
  const isOpening = opensThread === true && subject.severity === 'info' && channel.type === 'slack-webhook';
  if (!isChat(channel) || (inHead !== true && !isOpening)) return false;
  return routeFor(settings, subject)?.events?.includes(subject.type) !== true;
}

function isRoutedTo(settings: NotificationSettings, channel: Channel, subject: Subject): boolean {
  const { name } = channel;
  const isNamed =
    routeFor(settings, subject)?.to.includes(name) === true ||
    isForCustomers(settings, channel, subject) ||
    isToldStatus(settings, name, subject);
  return isNamed && !isSilent(settings, name, subject);
}

/** Who hears how an incident stands need not hear of anything else. */
function isToldStatus({ statusUpdates = [] }: NotificationSettings, name: string, { type }: Subject): boolean {
  return type === 'IncidentUpdated' && statusUpdates.includes(name);
}

/** Whether a channel hears how an incident stands because of `statusUpdates` alone: then it is for people outside of the team. */
export function isStatusReader(settings: NotificationSettings, { name }: Channel, subject: Subject): boolean {
  return isToldStatus(settings, name, subject) && routeFor(settings, subject)?.to.includes(name) !== true;
}

/** Whether a channel hears of a subject because it is a customer's: of planned work, in words for them. */
export function isForCustomers(
  { customers = [] }: NotificationSettings,
  { name }: Channel,
  { type }: Subject,
): boolean {
  return knownDefinitionOf({ type })?.isPlan === true && customers.includes(name);
}

/** What a channel was shown out of turn, as far as it is remembered: the names of escalations and reminders. */
type Extras = readonly string[];

/** Whether a channel got a need: by the table, by escalation or by a reminder. Such a channel gets its end, too. */
export function wasNotified(
  settings: NotificationSettings,
  channel: Channel,
  { type, severity, at, announced }: Need,
  extras: Extras,
  stage: string,
): boolean {
  return (
    announced.some(
      (one) =>
        hears(settings, channel, { type, severity, at: one.at, stage }) || extras.includes(escalationKey(one.sequence)),
    ) || extras.some((key) => key.startsWith(reminderKey({ type, at }, '')))
  );
}

/** Name of the escalation of a transition. */
export function escalationKey(sequence: number): string {
  return `e${String(sequence)}`;
}

/** Name of a reminder of a matter; each turn has one of its own. */
export function reminderKey({ type, at }: Pick<Matter, 'type' | 'at'>, turn: number | ''): string {
  return `r${type}-${at}-${String(turn)}`;
}

/** Channels that are notified again of something that stays open: those of its row, and nobody besides. */
export function remindedOf(settings: NotificationSettings, subject: Subject): readonly Channel[] {
  return settings.channels.filter((channel) => isRoutedTo(settings, channel, subject));
}

/** Channels that hear of a subject, in the order in which the spec writes them. */
export function audienceOf(settings: NotificationSettings, subject: Subject): readonly Channel[] {
  return settings.channels.filter((channel) => hears(settings, channel, subject));
}
