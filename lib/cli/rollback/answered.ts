import { setTimeout as sleep } from 'node:timers/promises';

/** Users wait: what has not answered by then is done without. Each call of an impatient client gives up before. */
const patienceMilliseconds = 8_000;

/** Thrown where a call has not come to its end in time. */
class NoAnswer extends Error {
  override readonly name = 'TimeoutError';
}

/** Returns what a call answers. @throws NoAnswer after 8 s, whatever the call still does */
export async function answered<Answer>(call: Promise<Answer>): Promise<Answer> {
  const over = new AbortController();
  const noAnswer = async (): Promise<never> => {
    await sleep(patienceMilliseconds, undefined, { signal: over.signal });
    throw new NoAnswer(`no answer within ${patienceMilliseconds / 1000} s`);
  };
  try {
    return await Promise.race([call, noAnswer()]);
  } finally {
    over.abort();
  }
}
