import { allWaiting } from '../opening/keep-waiting.ts';
import { type StartingWorld, startWaiting } from '../opening/start-waiting.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/** Thrown after all services were checked, where one could not be. */
class NotAllStarted extends Error {
  override readonly name = 'NotAllStarted';
}

/**
 * Starts the requests that wait for a window, or for the end of a freeze or a stop, the oldest first: no event says that a time has come.
 * @throws NotAllStarted where one could not be started
 */
export async function startDue(world: StartingWorld): Promise<readonly string[]> {
  const { waiting, unread } = await allWaiting(world);
  const due = waiting.filter(({ closed }) => closed !== undefined);
  const started: string[] = [];
  const failures = [...unread].map(([service, why]) => `${service}: ${why}`);
  for (const { request } of due) {
    const { service } = request;
    try {
      const { outcome } = await startWaiting({ service, isNews: false }, world);
      if (outcome === 'started') started.push(service);
    } catch (error) {
      failures.push(`${service}: ${messageOf(error)}`);
    }
  }
  if (failures.length > 0) throw new NotAllStarted(`Waiting requests could not be started: ${failures.join('; ')}`);
  return started;
}
