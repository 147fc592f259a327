import { type NotificationSettings, quietHoursOf, type QuietWindow } from '../specification/notifications.ts';
import type { Subject } from './subject.ts';

/** Whether a channel stays silent about a subject: an entry of `mute` names it, or it falls into quiet hours. */
export function isSilent(settings: NotificationSettings, channel: string, subject: Subject): boolean {
  return isMuted(settings, channel, subject) || quietHoursOf(settings).some((window) => silences(window, subject));
}

function isMuted({ mute }: NotificationSettings, channel: string, subject: Subject): boolean {
  return mute.some(
    ({ severity, events, stages, channels, until }) =>
      // Who mutes a channel means its chatter: what is critical must be named to be lost.
      (severity?.includes(subject.severity) ?? subject.severity !== 'critical') &&
      (events?.includes(subject.type) ?? true) &&
      (stages?.includes(subject.stage) ?? true) &&
      (channels?.includes(channel) ?? true) &&
      (until === undefined || Date.parse(subject.at) < Date.parse(until)),
  );
}

const minute = 60_000;
const minutesOfDay = 24 * 60;
const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/** The time of what happened decides, not the time of telling: a late message is judged like a punctual one. */
function silences(
  { days: begins = [...days], from, to, offset = '+00:00', silences: severities = ['info', 'warning'] }: QuietWindow,
  { at, severity }: Subject,
): boolean {
  if (!severities.includes(severity)) return false;
  const local = new Date(Date.parse(at) + offsetMinutes(offset) * minute);
  const now = local.getUTCHours() * 60 + local.getUTCMinutes();
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const beginsOn = (day: number) => begins.some((name) => name === days[(day + 7) % 7]);
  if (start < end) return now >= start && now < end && beginsOn(local.getUTCDay());
  // Over midnight: the evening of its day, or the morning after.
  return (now >= start && beginsOn(local.getUTCDay())) || (now < end && beginsOn(local.getUTCDay() - 1));
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return (hours * 60 + minutes) % minutesOfDay;
}

function offsetMinutes(offset: string): number {
  return (offset.startsWith('-') ? -1 : 1) * minutesOf(offset.slice(1));
}
