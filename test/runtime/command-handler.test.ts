import { beforeEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import type { CommandAnswer, CommandRequest } from '../../lib/usecases/people/command-request.ts';
import { commandHandler, commandsOrEvents } from '../../lib/runtime/command-handler.ts';
import { seededRandom } from '../../local/fleet/seeded-random.ts';
import { lambdaContext } from './lambda-context.ts';

const ana = 'arn:aws:iam::123456789012:user/ana';
const pause = { command: 'pause', rollout: 'web-20260301-100000-abcdef', user: 'laptop', reason: 'errors' };
const result = z.object({ statusCode: z.number(), body: z.string(), headers: z.record(z.string(), z.string()) });

let taken: { readonly request: CommandRequest; readonly principal: string }[];
let answer: () => Promise<CommandAnswer>;
const handler = commandHandler('test', (request, principal) => {
  taken.push({ request, principal });
  return answer();
});

beforeEach(() => {
  taken = [];
  answer = () => Promise.resolve({ outcome: 'done', by: 'Ana' });
});

/** An event as API Gateway writes it for a method with IAM. */
function apiEvent(body: unknown, identity: object = { userArn: ana }, stage = 'test') {
  return {
    resource: '/commands',
    path: '/commands',
    httpMethod: 'POST',
    headers: {},
    requestContext: {
      stage,
      identity: { caller: 'AIDAEXAMPLE', accountId: '123456789012', principalOrgId: null, ...identity },
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
  };
}

const send = async (event: unknown) => result.parse(await handler(event, lambdaContext));

describe('a command by the API', () => {
  test('is done in the name of the principal that AWS verified', async () => {
    expect(await send(apiEvent(pause))).toMatchObject({
      statusCode: 200,
      headers: { 'cache-control': 'no-store' },
      body: '{"outcome":"done","by":"Ana"}',
    });
    expect(taken).toEqual([{ request: pause, principal: ana }]);
  });

  test('that is refused is answered with 409 and the reason', async () => {
    answer = () => Promise.resolve({ outcome: 'refused', reason: 'It is paused already.' });

    expect(await send(apiEvent(pause))).toMatchObject({
      statusCode: 409,
      body: expect.stringContaining('paused already'),
    });
  });

  test('that could not be done is answered with 503, and without a word about why', async () => {
    answer = () => Promise.reject(new Error('secret detail'));

    const { statusCode, body } = await send(apiEvent(pause));
    expect(statusCode).toBe(503);
    expect(body).not.toContain('secret');
  });

  test.each([
    ['without a principal', {}, 'test'],
    ['with an empty one', { userArn: '' }, 'test'],
    ['with one that is no ARN', { userArn: 'ana' }, 'test'],
    ['with one over two lines', { userArn: `${ana}\nx` }, 'test'],
    ["of the console's test, which IAM does not check", { userArn: ana }, 'test-invoke-stage'],
  ])('%s is refused', async (_, identity, stage) => {
    const event = apiEvent(pause, identity, stage);
    const anonymous = 'userArn' in identity ? event : apiEvent(pause, { userArn: null });

    expect((await send(anonymous)).statusCode).toBe(403);
    expect(taken).toEqual([]);
  });

  test.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['a list', '[]'],
    ['a form', 'command=pause&rollout=web-1&user=x'],
    ['parts of a form', '--x\r\nContent-Disposition: form-data; name="command"\r\n\r\npause\r\n--x--'],
    ['a byte order mark', `\ufeff${JSON.stringify(pause)}`],
    ['a field named __proto__', JSON.stringify(pause).replace('{', '{"__proto__":{"command":"abort"},')],
    ['an unknown command', { ...pause, command: 'delete' }],
    ['another field', { ...pause, principal: ana }],
    ['a rollout that is none', { ...pause, rollout: 'ROLLOUT#1' }],
    [
      'a name of an execution that is not the command line’s',
      { command: 'start', service: 'web', image: 'x', execution: 'web-1-retry-1', user: 'x' },
    ],
    ['a reason without end', { ...pause, reason: 'x'.repeat(601) }],
  ])('%s is not taken', async (_, body) => {
    expect((await send(apiEvent(body))).statusCode).toBe(400);
    expect(taken).toEqual([]);
  });

  test('an event of EventBridge never comes to it, whatever is in its detail', async () => {
    const events: unknown[] = [];
    const both = commandsOrEvents(handler, (event) => {
      events.push(event);
      return Promise.resolve('taken as an event');
    });
    const event = { 'detail-type': 'sluice.rollout.requested', detail: apiEvent(pause) };

    expect(await both(event, lambdaContext)).toBe('taken as an event');
    expect(events).toEqual([event]);
    expect(taken).toEqual([]);
  });
});

/** Changes one place of a text. */
function mutated(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const one = String.fromCharCode(32 + Math.floor(random() * 95));
  const kind = Math.floor(random() * 4);
  if (kind === 0) return text.slice(0, at) + one + text.slice(at + 1);
  if (kind === 1) return text.slice(0, at) + text.slice(at + 1);
  if (kind === 2) return text.slice(0, at) + one + text.slice(at);
  return text.slice(0, at);
}

test('of 1,000 mutated identities none counts as another person', async () => {
  const random = seededRandom(13);
  let tried = 0;
  while (tried < 1_000) {
    const userArn = mutated(ana, random);
    if (userArn === ana) continue;
    tried += 1;
    taken = [];
    await send(apiEvent(pause, { userArn }));
    // What comes through is the very text that API Gateway wrote, never Ana.
    expect(taken.map(({ principal }) => principal).filter((principal) => principal !== userArn)).toEqual([]);
  }
});
