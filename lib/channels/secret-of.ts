import { NotTaken } from './notifier.ts';
import type { Secrets } from './secrets.ts';

/** A channel's secret. @throws NotTaken where the secret cannot be read: the channel is as good as dead */
export async function secretOf(secrets: Secrets, reference: string): Promise<string> {
  try {
    return await secrets.read(reference);
  } catch (error) {
    throw new NotTaken(error instanceof Error ? error.message : String(error), { mayBeShown: false, cause: error });
  }
}
