import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Context } from 'aws-lambda';
import { type RunningInbox, startInbox } from '../../../local/inbox/server.ts';
import { actionsBlock } from '../../../lib/channels/slack/actions.ts';
import { offersOf } from '../../../lib/approval/offers.ts';
import { slackMessage } from '../../../lib/channels/slack/blocks.ts';
import { transitionMessage } from '../../../lib/messages/message.ts';
import { signingSecret, slackApp } from './slack-app.ts';

let inbox: RunningInbox;
let stack: Server;
let app: Awaited<ReturnType<typeof slackApp>>;

/** A stack that answers clicks by the product's own door, and an inbox that knows of it. */
beforeEach(async () => {
  app = await slackApp('shifted');
  app.clock.now = Date.now();
  stack = createServer((request, response) => {
    void text(request).then(async (body) => {
      const event = { headers: request.headers, body, isBase64Encoded: false };
      const answer = await app.handler(event, { awsRequestId: 'r' } as Context);
      response.writeHead(answer.statusCode, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => stack.listen(0, '127.0.0.1', resolve));
  inbox = await startInbox({ port: 0, webhookSecret: 'x' });
  const address = stack.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  inbox.inbox.app = { url: `http://127.0.0.1:${port}/slack/actions`, signingSecret };
});

afterEach(async () => {
  await inbox.close();
  await new Promise((resolve) => stack.close(resolve));
});

async function post(): Promise<void> {
  const { state } = await app.journey.stored();
  const event = { type: 'RolloutPaused', by: '<script>', how: 'slack', reason: '<https://evil.example|x>' } as const;
  const recorded = { rolloutId: state.rolloutId, sequence: 9, at: '2026-03-01T10:00:00.000Z', event };
  const message = transitionMessage(recorded, [], state, { stage: 'test', region: 'eu-west-1' });
  const buttons = actionsBlock(state.rolloutId, 'chat', offersOf(state));
  const answer = await fetch(`${inbox.url}/api/chat.postMessage`, {
    method: 'POST',
    headers: { authorization: 'Bearer xoxb-1', 'content-type': 'application/json' },
    body: JSON.stringify({ channel: 'C0CHAT', ...slackMessage(message, buttons) }),
  });
  expect(await answer.json()).toMatchObject({ ok: true });
}

describe('the page of the inbox', () => {
  test('shows messages with their buttons, and a click reaches the stack as Slack would send it', async () => {
    await post();
    const html = await (await fetch(inbox.url)).text();
    expect(html).toContain('<button>Pause</button>');
    const { action = '', value = '' } =
      inbox.inbox.slack.posts[0]?.buttons.find(({ label }) => label === 'Pause') ?? {};
    const body = new URLSearchParams({ user: 'U0ANA', action, value });
    const answer = await fetch(`${inbox.url}/_inbox/click`, { method: 'POST', body, redirect: 'manual' });

    expect(answer.status).toBe(303);
    expect((await app.journey.stored()).state.paused).toMatchObject({ by: 'Ana' });
  });

  test('shows what users wrote as text', async () => {
    await post();
    const response = await fetch(inbox.url);
    const html = await response.text();

    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toContain('<script>');
    expect(html).not.toContain('href="https://evil.example');
    expect(html).toMatch(/<a href="https:[^"]*" rel="noreferrer">Execution in the AWS console/);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  test('says when there is something new, and has every rollout, for a phone and in the dark', async () => {
    const state = async () => (await fetch(`${inbox.url}/_inbox/state`)).text();
    const before = await state();
    for (let rollout = 0; rollout < 9; rollout += 1) await post();
    const html = await (await fetch(inbox.url)).text();

    expect(await state()).not.toBe(before);
    expect(html.match(/<section>/g)).toHaveLength(9);
    expect(html).toContain('color-scheme:light dark');
    expect(html).toContain('width=device-width');
    expect(await (await fetch(`${inbox.url}/_inbox/live.js`)).text()).toContain("fetch('/_inbox/state')");
  });

  test('a click without a stack says what is missing', async () => {
    inbox.inbox.app = undefined;
    const answer = await fetch(`${inbox.url}/_inbox/click`, { method: 'POST', body: new URLSearchParams() });

    expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining('/_inbox/app')]);
  });
});
