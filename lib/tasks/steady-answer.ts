import type { Part } from './world.ts';

/** A new rule reaches all nodes of a load balancer within seconds, not at once: one good answer proves nothing. */
const answersInARow = 3;
/** Well under the 15 s that a mutating function may live, its other calls included. */
const patienceMilliseconds = 8_000;
/** No answer is waited for longer than this after the first request. */
const longestMilliseconds = 11_000;
const pauseMilliseconds = 200;

export type Answer =
  | { readonly good: true; readonly status: number; readonly milliseconds: number }
  | { readonly good: false; readonly said: string };

export interface Question {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of one request. */
  readonly timeoutSeconds: number;
}

/** Asks through the load balancer until several answers in a row were good (2xx), for 8 s at most; then tells the last one. */
export async function steadyAnswer(question: Question, world: Part<'probe' | 'now' | 'sleep'>): Promise<Answer> {
  const started = world.now().getTime();
  const passed = () => world.now().getTime() - started;
  let good = 0;
  let answer: Answer = { good: false, said: 'it was not asked' };
  while (good < answersInARow && passed() < patienceMilliseconds) {
    const timeoutSeconds = Math.min(question.timeoutSeconds, (longestMilliseconds - passed()) / 1000);
    answer = await ask({ ...question, timeoutSeconds }, world);
    good = answer.good ? good + 1 : 0;
    if (good < answersInARow) await world.sleep(pauseMilliseconds);
  }
  return good >= answersInARow || !answer.good
    ? answer
    : { good: false, said: 'it answered well, but not often enough' };
}

async function ask({ url, headers, timeoutSeconds }: Question, { probe }: Part<'probe'>): Promise<Answer> {
  try {
    const { status, milliseconds } = await probe.get(url, headers, timeoutSeconds);
    return status >= 200 && status < 300
      ? { good: true, status, milliseconds }
      : { good: false, said: `status ${status}` };
  } catch (error) {
    // No answer is an answer about who was asked: it is judged, not passed over.
    return { good: false, said: error instanceof Error ? error.message : String(error) };
  }
}
