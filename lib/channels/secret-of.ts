import { NotTaken } from './notifier.ts';
import type { Secrets } from './secrets.ts';
import { messageOf } from '../specification/text/message-of.ts';

/** A channel's secret. @throws NotTaken where the secret cannot be read: the channel is as good as dead */
export async function secretOf(secrets: Secrets, reference: string): Promise<string> {
  try {
    return await secrets.read(reference);
  } catch (error) {
    throw new NotTaken(messageOf(error), { mayBeShown: false, cause: error });
  }
}
