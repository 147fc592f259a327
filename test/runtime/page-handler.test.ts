import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { getDecision, postDecision } from '../../lib/console/decision-exchange.ts';
import { formNonce } from '../../lib/console/form-nonce.ts';
import { logger } from '../../lib/platform/logger.ts';
import { pageHandler } from '../../lib/runtime/page-handler.ts';
import { LinkDesk } from '../console/link-desk.ts';
import { journeyTo, withApprovals } from '../usecases/journey.ts';

const context = { functionName: 'page', awsRequestId: 'request' } as unknown as Context;
const written: string[] = [];

beforeEach(() => {
  written.length = 0;
  process.env['POWERTOOLS_LOGGER_LOG_EVENT'] = 'true';
  logger.setLogLevel('DEBUG');
  const write = (text: unknown) => {
    written.push(String(text));
    return true;
  };
  jest.spyOn(process.stdout, 'write').mockImplementation(write);
  jest.spyOn(process.stderr, 'write').mockImplementation(write);
});

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env['POWERTOOLS_LOGGER_LOG_EVENT'];
});

async function asked() {
  const journey = await journeyTo('checked', { spec: withApprovals() });
  const desk = new LinkDesk(journey);
  const token = await desk.issue('Ana');
  return { journey, desk, token };
}

const eventOf = (token: string, more: Readonly<Record<string, unknown>> = {}) => ({
  path: `/decide/${token}`,
  pathParameters: { token },
  headers: { Host: 'links.example.com', Origin: 'https://links.example.com', Referer: `https://x/${token}` },
  requestContext: { path: `/production/decide/${token}` },
  body: null,
  ...more,
});

describe('a page', () => {
  test('logs what it answered, and nothing of the address or of what was posted, also where logging of events is switched on', async () => {
    const { desk, token } = await asked();
    const nonce = formNonce(token);
    const show = pageHandler((request) => getDecision(request, desk.world()));
    const take = pageHandler((request) => postDecision(request, desk.world()));
    const broken = pageHandler(() => Promise.reject(new Error('the table is gone')));
    const post = eventOf(token, {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'https://links.example.com' },
      body: `nonce=${nonce}&action=reject&comment=secret+words`,
    });
    const statuses = [];
    for (const [handler, event] of [
      [show, eventOf(token)],
      [take, post],
      [take, post],
      [broken, post],
      [show, { pathParameters: token }],
    ] as const) {
      statuses.push((await handler(event, context)).statusCode);
    }
    const log = written.join('');

    expect(statuses).toEqual([200, 303, 409, 500, 500]);
    expect(log).toContain('"status":409');
    expect(log).toContain('the table is gone');
    for (const secret of [token, token.slice(0, 20), nonce.slice(0, 20), 'secret words', 'secret+words']) {
      expect(log).not.toContain(secret);
    }
  });

  test('takes no more than a form, whatever is sent', async () => {
    const { desk, token } = await asked();
    const take = pageHandler((request) => postDecision(request, desk.world()));

    expect((await take(eventOf(token, { body: 'x'.repeat(100_000) }), context)).statusCode).toBe(413);
  });

  test('that fails says nothing of why to whoever looks', async () => {
    const broken = pageHandler(() => Promise.reject(new Error('arn:aws:dynamodb: table sluice is gone')));
    const { statusCode, body, headers } = await broken(eventOf('x'), context);

    expect(statusCode).toBe(500);
    expect(body).not.toContain('dynamodb');
    expect(headers['cache-control']).toBe('no-store');
  });
});
