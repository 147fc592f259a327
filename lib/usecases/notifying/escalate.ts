import { audienceOf, routeFor } from '../../messages/routing.ts';
import type { Message } from '../../messages/message.ts';
import { nextWay, type PersonalWay, personalWays } from '../../messages/personal.ts';
import type { DeliveryMark, DeliveryMarks } from '../../channels/delivery-marks.ts';
import type { NotTaken } from '../../channels/notifier.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { DeliveryHint } from '../../ports/outbox.ts';
import type { Part } from '../../ports/world.ts';

/** A channel that only asks for a little patience is not dead yet. */
const patientTries = 3;
/** Nobody waits longer for what is critical. */
const longestPatience = 60;

/** A way to a person that did not take a message. */
interface FailedWay {
  readonly way: PersonalWay;
  readonly stored: StoredRollout;
  /** What was told out of turn. */
  readonly extra: DeliveryHint['extra'];
}

/** Sends a person's link by their next way once the one before fails. Called after the failure was noted. */
export async function takeNextWay(
  { sequence }: Message,
  error: NotTaken,
  { way, stored, extra }: FailedWay,
  { marks, outbox }: Part<'outbox'> & { readonly marks: DeliveryMarks },
): Promise<void> {
  const { rolloutId, spec } = stored.state;
  const next = nextWay(way, personalWays(spec));
  if (next === undefined || (await isPatient(error, rolloutId, way.name, marks))) return;
  const id = `${rolloutId}.w${String(sequence)}.${next.name}`;
  await outbox.hint([{ rolloutId, channel: next.name, ...(extra === undefined ? {} : { extra }), id }]);
}

/** Whether a channel that fails only asks for a little patience, and has not done so too often. */
async function isPatient(error: NotTaken, rolloutId: string, channel: string, marks: DeliveryMarks): Promise<boolean> {
  const { retryAfterSeconds = Number.POSITIVE_INFINITY } = error;
  if (retryAfterSeconds > longestPatience) return false;
  const tries = (await marks.read(rolloutId, channel)).mark.failing?.tries ?? 0;
  return tries < patientTries;
}

/**
 * Hands a critical message that nobody took to the next channel in the order of escalation: once every channel of its row
 * fails, to the first fallback; where a fallback fails, to the one after it. Called by each channel that fails, after it noted
 * so; the one that fails last sees all the others.
 */
export async function escalate(
  message: Message,
  error: NotTaken,
  { channel, stored }: { readonly channel: string; readonly stored: StoredRollout },
  { marks, outbox, installation }: Part<'outbox' | 'installation'> & { readonly marks: DeliveryMarks },
): Promise<void> {
  if (message.severity !== 'critical' || message.kind === 'reminder') return;
  const { rolloutId, sequence, type, severity, at } = message;
  const settings = stored.state.spec.notifications;
  const subject = { type, severity, at, stage: installation.stage };
  const { fallback = [] } = routeFor(settings, subject) ?? {};
  const position = message.kind === 'escalation' ? fallback.indexOf(channel) : -1;
  const next = fallback[position + 1];
  if (next === undefined) return;
  if (message.kind === 'transition') {
    if (await isPatient(error, rolloutId, channel, marks)) return;
    const others = audienceOf(settings, subject).filter(({ name }) => name !== channel);
    const theirs = await Promise.all(others.map(({ name }) => marks.read(rolloutId, name)));
    if (!theirs.every(({ mark }) => fails(mark, sequence))) return;
  }
  await outbox.hint([
    {
      rolloutId,
      channel: next,
      extra: { kind: 'escalation', sequence },
      id: `${rolloutId}.e${String(sequence)}.${next}`,
    },
  ]);
}

/** Whether a channel that should have heard of a transition has not, and is failing. */
function fails({ upTo, failing }: DeliveryMark, sequence: number): boolean {
  return upTo < sequence && failing !== undefined;
}
