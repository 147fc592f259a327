import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { RolloutStore } from '../../lib/ports/rollout-store.ts';
import { Latencies } from '../load/latencies.ts';

const messages = z.array(z.object({ at: z.number(), key: z.string(), rollout: z.string() }));

/** How soon people heard of what happened: milliseconds from a transition's time to its arrival in the inbox. */
export interface Notified {
  readonly count: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** Compares what the inbox got with the record; `undefined` where nothing arrived. */
async function notified(inboxUrl: string, store: RolloutStore): Promise<Notified | undefined> {
  const response = await fetch(`${inboxUrl}/_inbox/messages`);
  const received = messages.parse(await response.json()).filter(({ key }) => /^t\d+$/.test(key));
  const happened = new Map<string, number>();
  for (const rollout of new Set(received.map((one) => one.rollout))) {
    for (const { sequence, at } of await store.events(rollout, 0))
      happened.set(`${rollout} t${sequence}`, Date.parse(at));
  }
  if (received.length === 0) return undefined;
  const took = new Latencies();
  for (const { at, rollout, key } of received) took.record(at - (happened.get(`${rollout} ${key}`) ?? at));
  const [medianMs, p95Ms] = [took.percentile(0.5), took.percentile(0.95)].map(Math.round);
  return { count: received.length, medianMs: medianMs ?? 0, p95Ms: p95Ms ?? 0 };
}

/** The same once nothing more arrives, after ten seconds at the latest. */
export async function allNotified(inboxUrl: string, store: RolloutStore): Promise<Notified | undefined> {
  let seen = await notified(inboxUrl, store);
  for (let tries = 0; tries < 10; tries += 1) {
    await sleep(1000);
    const now = await notified(inboxUrl, store);
    if (now?.count === seen?.count && now !== undefined) return now;
    seen = now;
  }
  return seen;
}

/** One line of the summary. */
export function notifiedLine(seen: Notified | undefined): string {
  if (seen === undefined) return 'Notifications: none arrived in the inbox.';
  const { count, medianMs, p95Ms } = seen;
  return `Notifications: ${count} messages in the inbox, half of them within ${medianMs} ms of their transition, 95 % within ${p95Ms} ms.`;
}
