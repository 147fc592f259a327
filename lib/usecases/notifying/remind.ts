import * as z from 'zod';
import { remindedOf, routeFor } from '../../messages/routing.ts';
import type { Subject } from '../../messages/subject.ts';
import type { Matter } from '../../rollout/matters.ts';
import type { Severity } from '../../rollout/events/define-event.ts';
import type { Part } from '../../ports/world.ts';

/** A message of SQS waits for at most that long; a longer time is waited for in parts. */
export const longestTimerSeconds = 900;

export const remindInput = z.object({
  rolloutId: z.string().min(1),
  type: z.string(),
  at: z.iso.datetime(),
  turn: z.int().min(1),
});

const ranks: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/**
 * A timer of one matter has run out. While the matter is open and nobody's, its channels are notified again when a turn is due, and
 * the timer is set anew; the message that carries it goes only then, so the chain survives a crash. A turn that comes twice has
 * the same name, and a channel tells each name once. Turns that were missed meanwhile are not made up for.
 */
export async function remind(
  { rolloutId, type, at, turn }: z.output<typeof remindInput>,
  { store, outbox, now, installation }: Part<'store' | 'outbox' | 'now' | 'installation'>,
): Promise<{ readonly reminded: boolean }> {
  const stored = await store.load(rolloutId);
  const matters = stored?.state.matters ?? [];
  const matter = matters.find((one) => one.type === type && one.at === at);
  if (stored === undefined || matter === undefined || matter.taken !== undefined) return { reminded: false };
  const settings = stored.state.spec.notifications;
  const subject: Subject = {
    type: matter.type,
    severity: matter.severity,
    at: now().toISOString(),
    stage: installation.stage,
  };
  const repeat = routeFor(settings, subject)?.repeat;
  if (repeat === undefined) return { reminded: false };

  const elapsed = (now().getTime() - Date.parse(at)) / 1000;
  const isDue = elapsed >= turn * repeat;
  const due = isDue ? Math.max(turn, Math.floor(elapsed / repeat)) : turn;
  const reminded = isDue && !isOvershadowed(matter, matters);
  if (reminded) {
    await outbox.hint(
      remindedOf(settings, subject).map(({ name }) => ({
        rolloutId,
        channel: name,
        extra: { kind: 'reminder', type, at, turn: due },
        id: `${rolloutId}.r${type}.${String(Date.parse(at))}.${String(due)}.${name}`,
      })),
    );
  }
  const next = isDue ? due + 1 : turn;
  const wait = Math.min(longestTimerSeconds, Math.max(1, Math.ceil(next * repeat - elapsed)));
  await outbox.remind({ rolloutId, type, at, turn: next }, wait);
  return { reminded };
}

/** Who is told that blue is not healthy need not hear that the rollout is still under way. */
function isOvershadowed(matter: Matter, matters: readonly Matter[]): boolean {
  return matters.some(({ severity, taken }) => taken === undefined && ranks[severity] > ranks[matter.severity]);
}
