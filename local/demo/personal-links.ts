import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

const received = z.array(z.object({ place: z.string(), text: z.string(), content: z.unknown(), rollout: z.string() }));

/** A personal link, as it came by direct message or by mail. */
export interface PersonalLink {
  readonly to: string;
  readonly url: string;
}

const pollMs = 100;
const withinSeconds = 60;

/**
 * Waits until so many people have their link to decide on a rollout's approval.
 * @throws Error where they do not in the given time
 */
export function approvalLinks(inboxUrl: string, rolloutId: string, people: number): Promise<readonly PersonalLink[]> {
  return linksThat('Approve or reject', inboxUrl, rolloutId, people);
}

/**
 * Waits for so many links to skip, pause or roll back; each person gets one for the whole rollout.
 * @throws Error where they do not come in the given time
 */
export function controlLinks(inboxUrl: string, rolloutId: string, count: number): Promise<readonly PersonalLink[]> {
  return linksThat('Skip, pause or roll back', inboxUrl, rolloutId, count);
}

async function linksThat(
  offer: string,
  inboxUrl: string,
  rolloutId: string,
  count: number,
): Promise<readonly PersonalLink[]> {
  const deadline = Date.now() + withinSeconds * 1000;
  for (;;) {
    const links = linksIn(received.parse(await (await fetch(`${inboxUrl}/_inbox/messages`)).json()), rolloutId, offer);
    if (links.length >= count) return links;
    if (Date.now() > deadline) {
      throw new Error(`${links.length} of ${count} links came within ${withinSeconds} s; see ${inboxUrl}`);
    }
    await sleep(pollMs);
  }
}

function linksIn(messages: z.output<typeof received>, rolloutId: string, offer: string): readonly PersonalLink[] {
  // A mail has `<words>: <address>`, Slack `<address|words>`.
  const written = new RegExp(`^${offer}: (\\S+)$|<([^<|]+)\\|${offer}>`, 'm');
  return messages.flatMap(({ rollout, place, text, content }) => {
    const [, mailed, posted] = written.exec(`${text}\n${JSON.stringify(content)}`) ?? [];
    const url = mailed ?? posted;
    return rollout === rolloutId && url !== undefined ? [{ to: place, url }] : [];
  });
}

/** Returns the actions that the page of a link offers now. */
export function offeredActions(page: string): readonly string[] {
  return [...page.matchAll(/name="action"\s+value="(\w+)"/g)].map(([, action = '']) => action);
}

/** Decides as somebody does who opens their link and clicks: reads the page, and posts its form back. */
export async function decideByLink(url: string, fields: Readonly<Record<string, string>>): Promise<void> {
  const shown = await fetch(url);
  const text = await shown.text();
  const nonce = /name="nonce" value="([\w-]+)"/.exec(text)?.[1];
  const point = /name="point" value="([\w.-]+)"/.exec(text)?.[1];
  if (shown.status !== 200 || nonce === undefined) throw new Error(`the page of a link answered ${shown.status}`);
  const { status } = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(url).origin },
    body: new URLSearchParams({ nonce, ...(point === undefined ? {} : { point }), ...fields }).toString(),
  });
  if (status !== 303) throw new Error(`a decision by link was answered ${status}`);
}
