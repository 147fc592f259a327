import * as z from 'zod';
import { everythingChannel } from '../../messages/routing.ts';
import { testMessage } from '../../messages/test-message.ts';
import type { Notifier } from '../../channels/notifier.ts';
import type { Channel } from '../../specification/notification-channel.ts';
import type { Part } from '../../ports/world.ts';
import { messageOf } from '../../specification/text/message-of.ts';

export const testNotificationsInput = z.object({
  service: z.string().min(1),
  requestedBy: z.string().min(1).max(200).default('somebody'),
});

/** What one channel did with a test. */
export interface ChannelAnswer {
  readonly channel: string;
  readonly type: string;
  readonly answered: boolean;
  readonly said: string;
  readonly milliseconds: number;
}

/** Sends a message that says it is a test through every channel of a service's applied spec, all at once, and tells which took it. */
export async function testNotifications(
  { service, requestedBy }: z.output<typeof testNotificationsInput>,
  {
    store,
    notifier,
    now,
    randomWord,
    installation,
  }: Part<'store' | 'now' | 'randomWord' | 'installation'> & { readonly notifier: Notifier },
): Promise<{ readonly known: boolean; readonly answers: readonly ChannelAnswer[] }> {
  const applied = await store.spec(service);
  if (applied === undefined) return { known: false, answers: [] };
  const message = testMessage(service, installation, randomWord(), now(), requestedBy);
  const tryOut = async (channel: Channel | undefined): Promise<ChannelAnswer> => {
    const begun = now().getTime();
    const answer = (answered: boolean, said: string): ChannelAnswer => ({
      channel: channel?.name ?? everythingChannel,
      type: channel?.type ?? 'eventbridge',
      answered,
      said,
      milliseconds: now().getTime() - begun,
    });
    try {
      await notifier.send({
        channel,
        message,
        status: undefined,
        anchor: undefined,
        uncertainSince: undefined,
        remember: () => Promise.resolve(),
      });
      return answer(true, 'took the message');
    } catch (error) {
      return answer(false, messageOf(error));
    }
  };
  return { known: true, answers: await Promise.all([undefined, ...applied.spec.notifications.channels].map(tryOut)) };
}
