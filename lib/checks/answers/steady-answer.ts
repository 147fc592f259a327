import { plain } from '../../messages/plain.ts';
import { type Probe, type ProbeAnswer, ProbeNotReady } from '../../ports/probe.ts';
import { isSuccess, matcherAccepts } from '../../drivers/rules/health-matcher.ts';
import type { HealthQuestion } from '../../drivers/rules/health-question.ts';
import type { Part } from '../../ports/world.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/** A changed rule reaches each node of a load balancer at another moment: one good answer proves nothing. */
const roundsInARow = 3;
/** Well under the 15 s that a mutating function may live, its other calls included. */
const patienceMilliseconds = 7_000;
/** No answer is waited for longer than this after the first request. */
const longestMilliseconds = 9_000;
const pauseMilliseconds = 200;
/** A load balancer's name resolves to at most eight of its nodes. */
const mostAddresses = 8;

export type Answer =
  | { readonly good: true; readonly status: number; readonly milliseconds: number }
  | { readonly good: false; readonly said: string };

export interface Question extends HealthQuestion {
  /** Of one request. */
  readonly timeoutSeconds: number;
  /** What is wrong with an answer, in words; `undefined` where nothing is. */
  readonly fault: (answer: ProbeAnswer) => string | undefined;
}

/** As much of the world as asking touches. */
type Needs = Part<'now' | 'sleep'> & { readonly probe: Probe };

/**
 * Asks every node of the load balancer until each has answered well several times in a row, for 7 s at most; otherwise the last
 * answer that was not good.
 * @throws ProbeNotReady while nothing can be asked
 */
export async function steadyAnswer(question: Question, world: Needs): Promise<Answer> {
  const passed = since(world);
  const addresses = await addressesOf(question, world);
  if ('said' in addresses) return addresses;
  let good = 0;
  let answer: Answer = { good: false, said: 'it was not asked' };
  while (good < roundsInARow && passed() < patienceMilliseconds) {
    for (const address of addresses) {
      answer = await askOnce(question, address, longestMilliseconds - passed(), world);
      if (!answer.good) break;
    }
    good = answer.good ? good + 1 : 0;
    if (good < roundsInARow) await world.sleep(pauseMilliseconds);
  }
  return good >= roundsInARow || !answer.good
    ? answer
    : { good: false, said: 'it answered well, but not often enough' };
}

/** What a number of requests got, whether or not the answers were good. */
export interface Burst {
  /** Requests that were answered. */
  readonly answered: number;
  /** The last good answer. */
  readonly good?: { readonly status: number; readonly milliseconds: number } | undefined;
  /** The last one that was not good, in words; absent where all were. */
  readonly said?: string | undefined;
}

/** Asks every node of the load balancer in turn, so many times in all, for 7 s at most. */
export async function burstOf(question: Question, requests: number, world: Needs): Promise<Burst> {
  const passed = since(world);
  const addresses = await addressesOf(question, world);
  if ('said' in addresses) return { answered: 0, said: addresses.said };
  let burst: Burst = { answered: 0 };
  const most = Math.max(requests, 2 * addresses.length);
  for (let number = 0; number < most && passed() < patienceMilliseconds; number += 1) {
    const address = addresses[number % addresses.length] ?? '';
    const isAnswered = { value: false };
    const fault = (answer: ProbeAnswer) => {
      isAnswered.value = true;
      return question.fault(answer);
    };
    const answer = await askOnce({ ...question, fault }, address, longestMilliseconds - passed(), world);
    burst = {
      answered: burst.answered + (isAnswered.value ? 1 : 0),
      good: answer.good ? { status: answer.status, milliseconds: answer.milliseconds } : burst.good,
      said: answer.good ? burst.said : answer.said,
    };
  }
  return burst;
}

function since({ now }: Part<'now'>): () => number {
  const started = now().getTime();
  return () => now().getTime() - started;
}

async function addressesOf(
  { connectTo }: Question,
  { probe }: Pick<Needs, 'probe'>,
): Promise<readonly string[] | { readonly good: false; readonly said: string }> {
  try {
    const found = await probe.addressesOf(connectTo);
    return found.length > 0 ? found.slice(0, mostAddresses) : { good: false, said: `${connectTo} has no address` };
  } catch (error) {
    return { good: false, said: `${connectTo} does not resolve: ${messageOf(error)}` };
  }
}

async function askOnce(
  { url, headers, timeoutSeconds, fault }: Question,
  address: string,
  leftMilliseconds: number,
  { probe }: Pick<Needs, 'probe'>,
): Promise<Answer> {
  const seconds = Math.min(timeoutSeconds, Math.max(leftMilliseconds, 100) / 1000);
  try {
    const answer = await probe.get(url, headers, seconds, address);
    const said = fault(answer);
    return said === undefined
      ? { good: true, status: answer.status, milliseconds: answer.milliseconds }
      : { good: false, said };
  } catch (error) {
    if (error instanceof ProbeNotReady) throw error;
    // No answer is an answer about who was asked: it is judged, not passed over.
    return { good: false, said: messageOf(error) };
  }
}

const shownCharacters = 80;

/** An answer in words: its status, where it leads, and how its body begins. */
function described({ status, headers = {}, body = '' }: ProbeAnswer): string {
  const location = headers['location'];
  const leads = location === undefined ? '' : ` to ${plain(location, shownCharacters)}`;
  const start = plain(body, shownCharacters);
  return `status ${status}${leads}${start === '' ? '' : `, "${start}"`}`;
}

/**
 * Returns what is wrong with an answer, in words; `undefined` where nothing is.
 * @param matcher statuses that are good besides 2xx, as a target group's matcher writes them
 */
export function unlessAccepted(matcher: string | undefined): (answer: ProbeAnswer) => string | undefined {
  return (answer) => {
    const isGood = isSuccess(answer.status) || (matcher !== undefined && matcherAccepts(matcher, answer.status));
    return isGood ? undefined : described(answer);
  };
}
