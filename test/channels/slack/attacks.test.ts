import { describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { slackSignature } from '../../../lib/channels/slack/signature.ts';
import { clickOf, type SlackClickRequest } from '../../../local/inbox/slack-clicks.ts';
import { signingSecret, slackApp } from './slack-app.ts';

type App = Awaited<ReturnType<typeof slackApp>>;

async function pauseClick(app: App, user = 'U0ANA'): Promise<SlackClickRequest> {
  const pause = (await app.buttons()).find(({ action }) => action === 'sluice.pause');
  if (pause === undefined) throw new Error('there is no button');
  return clickOf(pause, app.clicker(user));
}

const isPaused = async ({ journey }: App) => (await journey.stored()).state.paused !== undefined;
const sign = (body: string, timestamp: string): SlackClickRequest => ({
  body,
  headers: {
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': slackSignature(signingSecret, timestamp, Buffer.from(body)),
  },
});

test('the signature is the one of the example in the documentation of Slack', () => {
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';

  expect(slackSignature('8f742231b10e8888abcd99yyyzzz85a5', '1531420618', Buffer.from(body))).toBe(
    'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  );
});

describe('a request that Slack did not sign', () => {
  const headers = (request: SlackClickRequest, changed: Readonly<Record<string, string>>) => ({
    ...request,
    headers: { ...request.headers, ...changed },
  });
  const forged: readonly (readonly [string, (request: SlackClickRequest) => SlackClickRequest])[] = [
    ['without a signature', ({ body }) => ({ body, headers: { 'x-slack-request-timestamp': '1772361000' } })],
    ['with an empty signature', (request) => headers(request, { 'x-slack-signature': '' })],
    [
      'signed with another secret',
      (request) =>
        headers(request, {
          'x-slack-signature': slackSignature(
            'another',
            request.headers['x-slack-request-timestamp'] ?? '',
            Buffer.from(request.body),
          ),
        }),
    ],
    [
      'with the signature in capitals',
      (request) =>
        headers(request, { 'x-slack-signature': (request.headers['x-slack-signature'] ?? '').toUpperCase() }),
    ],
    ['with another body', (request) => ({ ...request, body: request.body.replace('U0ANA', 'U0BEN') })],
    ['with a body of one byte more', (request) => ({ ...request, body: `${request.body} ` })],
    ['with another time', (request) => headers(request, { 'x-slack-request-timestamp': '1772361001' })],
    ['without a time', (request) => headers(request, { 'x-slack-request-timestamp': '' })],
    ['with a time that is no number', (request) => headers(request, { 'x-slack-request-timestamp': 'NaN' })],
  ];

  test.each(forged)('%s is refused, and changes nothing', async (_, forge) => {
    const app = await slackApp('shifted');

    expect(await app.send(forge(await pauseClick(app)))).toMatchObject({ statusCode: 401, body: '' });
    expect(await isPaused(app)).toBe(false);
    expect(app.inbox.slack.notices).toEqual([]);
  });

  test('costs no look at the secret where it has no signature, none of the shape, or an old time', async () => {
    const app = await slackApp('shifted');
    const request = await pauseClick(app);
    const old = String(app.clock.now / 1000 - 301);
    await app.send({ ...request, headers: {} });
    await app.send(headers(request, { 'x-slack-signature': 'v0=0' }));
    await app.send(headers(request, { 'x-slack-request-timestamp': old }));

    expect(app.secret.reads).toBe(0);

    await app.send(headers(request, { 'x-slack-signature': `v0=${'0'.repeat(64)}` }));

    expect(app.secret.reads).toBe(1);
  });

  test('is refused whichever character of the signature is another', async () => {
    const app = await slackApp('shifted');
    const request = await pauseClick(app);
    const good = request.headers['x-slack-signature'] ?? '';
    let asked = 0;
    for (let index = 0; index < good.length; index += 1) {
      for (const other of '0123456789abcdef'.replace(good.charAt(index), '')) {
        const changed = `${good.slice(0, index)}${other}${good.slice(index + 1)}`;
        expect((await app.send(headers(request, { 'x-slack-signature': changed }))).statusCode).toBe(401);
        asked += 1;
      }
    }
    expect(asked).toBeGreaterThan(1_000);
    expect(await isPaused(app)).toBe(false);
  });
});

describe('the time of a request', () => {
  test.each([
    [-301, 401],
    [-300, 200],
    [0, 200],
    [300, 200],
    [301, 401],
  ])('%s s away from now is answered with %s', async (seconds, statusCode) => {
    const app = await slackApp('shifted');
    const request = await pauseClick(app);
    app.clock.now += seconds * 1000;

    expect(await app.send(request)).toMatchObject({ statusCode });
    expect(await isPaused(app)).toBe(statusCode === 200);
  });
});

describe('the same request again', () => {
  test('is refused, whoever sends it', async () => {
    const app = await slackApp('shifted');
    const request = await pauseClick(app);
    await app.send(request);
    await app.journey.append({ type: 'RolloutResumed', by: 'Ben', how: 'command' });

    expect(await app.send(request)).toMatchObject({ statusCode: 409, body: '' });
    expect(await isPaused(app)).toBe(false);
  });

  test('ten at once count once', async () => {
    const app = await slackApp('shifted');
    const request = await pauseClick(app);
    const codes = await Promise.all(Array.from({ length: 10 }, () => app.send(request)));

    expect(codes.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, ...Array<number>(9).fill(409)]);
  });
});

test('a body that API Gateway handed on in base64 is verified by its own bytes', async () => {
  const app = await slackApp('shifted');
  const { headers, body } = await pauseClick(app);
  const event = { headers, body: Buffer.from(body).toString('base64'), isBase64Encoded: true };

  // Middleware asks nothing of the context but the id of the request.
  expect(await app.handler(event, { awsRequestId: 'r' } as Context)).toMatchObject({ statusCode: 200 });
  expect(await isPaused(app)).toBe(true);
});

test('names of headers are taken in any case', async () => {
  const app = await slackApp('shifted');
  const { headers, body } = await pauseClick(app);
  const shouted = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));

  expect(await app.send({ headers: shouted, body })).toMatchObject({ statusCode: 200 });
  expect(await isPaused(app)).toBe(true);
});

describe('a payload that is signed, but hostile', () => {
  const at = String(Date.parse('2026-03-01T10:30:00.000Z') / 1000);
  const form = (payload: unknown) => new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const action = (value: unknown, id = 'sluice.pause') => ({ action_id: id, value: JSON.stringify(value) });
  const click = (actions: readonly unknown[], rest: object = {}) =>
    form({ type: 'block_actions', user: { id: 'U0ANA' }, trigger_id: 't', response_url: '', actions, ...rest });

  test.each<[string, string]>([
    ['is empty', ''],
    ['is no form', '{}'],
    ['has no payload', 'a=b'],
    ['has a payload that is no JSON', 'payload=%7B'],
    ['is of another product in the same app', click([action({}, 'other.button')])],
    ['names no rollout', click([action({ point: '', channel: '' })])],
    ['carries more than a button has', click([action({ rollout: 'x', point: '', channel: '', by: 'Ben' })])],
    ['names an action that there is not', click([action({ rollout: 'x', point: '', channel: '' }, 'sluice.retry')])],
    [
      'names a property of every object',
      click([action({ rollout: 'x', point: '', channel: '' }, 'sluice.constructor')]),
    ],
    ['has a user who is none', click([action({ rollout: 'x', point: '', channel: '' })], { user: { id: 'Ana' } })],
    ['is a list', form([])],
    ['is null', form(null)],
  ])('and %s, is answered and does nothing', async (_, body) => {
    const app = await slackApp('shifted');

    expect(await app.send(sign(body, at))).toMatchObject({ statusCode: 200, body: '' });
    expect(await isPaused(app)).toBe(false);
  });

  test.each(['__proto__', 'web/../../x', '<!channel>', 'ROLLOUT#x'])(
    'and names rollout %j, is told that there is none',
    async (rollout) => {
      const app = await slackApp('shifted');
      const response_url = 'https://hooks.slack.com/actions/T1/2/3';
      await app.send(sign(click([action({ rollout, point: '', channel: 'chat' })], { response_url }), at));

      expect(app.inbox.slack.notices).toHaveLength(1);
      expect(app.inbox.slack.notices[0]).not.toContain('<!');
    },
  );

  test.each([
    'http://hooks.slack.com/actions/x',
    'https://hooks.slack.com.example.com/actions/x',
    'https://example.com/hooks.slack.com',
    'https://hooks.slack.com@example.com/actions/x',
    'https://hooks.slack.com:8443/actions/x',
    'https://169.254.169.254/latest/meta-data',
  ])('and wants its answer at %s, gets none there', async (response_url) => {
    const app = await slackApp('shifted');
    await app.send(sign(click([action({ rollout: 'x', point: '', channel: 'chat' })], { response_url }), at));

    expect([app.inbox.slack.notices, app.inbox.received.all(), app.failures]).toEqual([[], [], []]);
  });

  test('whatever it is, is answered and changes nothing', async () => {
    const app = await slackApp('shifted');
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => new URLSearchParams({ payload: json }).toString()),
        ),
        async (body) => {
          const { statusCode } = await app.send(sign(body, at));
          expect([200, 409]).toContain(statusCode);
        },
      ),
      { numRuns: 300 },
    );
    expect(await isPaused(app)).toBe(false);
  });

  test('somebody else than the one before whom a dialog stood sends it off in their own name alone', async () => {
    const app = await slackApp('shifted');
    await app.click('U0ANA', 'abort');
    const said = await app.submit('U0MALLORY', 'because');

    expect(JSON.parse(said.body)).toMatchObject({ response_action: 'errors' });
    expect((await app.journey.stored()).state.phase).toBe('baking');
  });
});
