import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type ArchiveHint, type Hint, hintHandler } from '../../lib/runtime/hint-handler.ts';
import { logger } from '../../lib/platform/logger.ts';
import { lambdaContext } from './lambda-context.ts';

let relayed: Hint[];
/** Rollouts and services whose hint fails. */
let failing: Set<string>;
let archived: ArchiveHint[];
let isArchiveDown: boolean;

beforeEach(() => {
  relayed = [];
  failing = new Set();
  archived = [];
  isArchiveDown = false;
  jest.spyOn(logger, 'info').mockReturnValue();
  jest.spyOn(logger, 'error').mockReturnValue();
});

afterEach(() => {
  jest.restoreAllMocks();
});

const handler = hintHandler(
  (hint) => {
    relayed.push(hint);
    const subject = 'service' in hint.input ? hint.input.service : hint.input.rolloutId;
    return failing.has(subject) ? Promise.reject(new Error('it is down')) : Promise.resolve();
  },
  (hint) => {
    archived.push(hint);
    return isArchiveDown ? Promise.reject(new Error('it is down')) : Promise.resolve();
  },
);

type Change = readonly [eventName: 'INSERT' | 'MODIFY' | 'REMOVE', pk: string, sk: string];

function send(...changes: readonly Change[]) {
  const Records = changes.map(([eventName, pk, sk], index) => ({
    eventName,
    dynamodb: { SequenceNumber: String(index + 1), Keys: { pk: { S: pk }, sk: { S: sk } } },
  }));
  return handler({ Records }, lambdaContext);
}

const decided = { to: 'ResumeRollout', input: { rolloutId: 'web-1' } };
const waits = { to: 'StartWaiting', input: { service: 'web', isNews: true } };
const altered = (how: string) => ({ to: 'ReportAlteration', input: { rolloutId: 'web-1', sequence: 7, how } });
const free = { to: 'StartWaiting', input: { service: 'web', isNews: false } };

describe('a hint of the stream', () => {
  test.each<[Change, unknown]>([
    [['INSERT', 'ROLLOUT#web-1', 'WAKE#7'], decided],
    [['INSERT', 'SERVICE#web', 'WAITING'], waits],
    [['MODIFY', 'SERVICE#web', 'WAITING'], waits],
    [['REMOVE', 'SERVICE#web', 'LOCK'], free],
    [['REMOVE', 'SERVICE#web', 'HOLD'], free],
    [['MODIFY', 'ROLLOUT#web-1', 'EVENT#00000007'], altered('changed')],
    [['REMOVE', 'ROLLOUT#web-1', 'EVENT#00000007'], altered('removed')],
  ])('%j goes to whom it is for', async (change, hint) => {
    expect(await send(change)).toEqual({ batchItemFailures: [] });
    expect(relayed).toEqual([hint]);
  });

  test.each<[Change]>([
    [['REMOVE', 'ROLLOUT#web-1', 'WAKE#7']],
    [['INSERT', 'ROLLOUT#web-1', 'EVENT#000001']],
    [['MODIFY', 'ROLLOUT#web-1', 'STATE']],
    [['REMOVE', 'RELEASE#r-1', 'ENTRY#00000001']],
    [['INSERT', 'SERVICE#web', 'LOCK']],
    [['REMOVE', 'SERVICE#web', 'WAITING']],
    [['INSERT', 'web', 'WAITING']],
  ])('%j means nothing', async (change) => {
    expect(await send(change)).toEqual({ batchItemFailures: [] });
    expect(relayed).toEqual([]);
  });

  test('of a record that is purged comes once for each rollout of a batch', async () => {
    jest.spyOn(logger, 'warn').mockReturnValue();
    await send(
      ['REMOVE', 'ROLLOUT#web-1', 'EVENT#00000007'],
      ['REMOVE', 'ROLLOUT#web-1', 'EVENT#00000008'],
      ['REMOVE', 'ROLLOUT#web-2', 'EVENT#00000001'],
      ['MODIFY', 'ROLLOUT#web-1', 'EVENT#00000009'],
      ['INSERT', 'ROLLOUT#web-1', 'WAKE#7'],
    );

    const ofAnother = { to: 'ReportAlteration', input: { rolloutId: 'web-2', sequence: 1, how: 'removed' } };
    expect(relayed).toHaveLength(3);
    expect(relayed).toEqual(expect.arrayContaining([altered('removed'), ofAnother, decided]));
  });

  test('comes in order for one service', async () => {
    await send(['INSERT', 'SERVICE#web', 'WAITING'], ['REMOVE', 'SERVICE#web', 'LOCK']);

    expect(relayed).toEqual([waits, free]);
  });

  test('that fails is delivered again, with what came after it; others are not kept waiting', async () => {
    failing.add('web');
    const answer = await send(
      ['INSERT', 'SERVICE#web', 'WAITING'],
      ['INSERT', 'ROLLOUT#web-1', 'WAKE#7'],
      ['REMOVE', 'SERVICE#web', 'LOCK'],
    );

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(relayed).toEqual([waits, decided]);
  });
});

describe('what was written', () => {
  const event: Change = ['INSERT', 'ROLLOUT#web-1', 'EVENT#00000007'];
  const spec: Change = ['INSERT', 'SERVICE#web', 'SPEC#00000002'];
  const signIn: Change = ['INSERT', 'SIGNINS', 'SIGNIN#2026-03-01T10:00:00.000Z#0a1b'];

  test('goes to the archive, all of a batch at once', async () => {
    await send(event, ['INSERT', 'ROLLOUT#web-1', 'WAKE#7'], ['INSERT', 'ROLLOUT#web-1', 'STATE'], spec, signIn);

    expect(archived).toEqual([
      {
        items: [
          { pk: 'ROLLOUT#web-1', sk: 'EVENT#00000007' },
          { pk: 'SERVICE#web', sk: 'SPEC#00000002' },
          { pk: 'SIGNINS', sk: 'SIGNIN#2026-03-01T10:00:00.000Z#0a1b' },
        ],
      },
    ]);
    expect(relayed).toEqual([decided]);
  });

  test('that the archive does not take now holds nothing up', async () => {
    isArchiveDown = true;

    expect(await send(event, ['INSERT', 'ROLLOUT#web-1', 'WAKE#7'])).toEqual({ batchItemFailures: [] });
    expect(relayed).toEqual([decided]);
  });

  test('is nothing where no batch has any of it', async () => {
    await send(['INSERT', 'ROLLOUT#web-1', 'WAKE#7'], ['MODIFY', 'SERVICE#web', 'SPEC#00000002']);

    expect(archived).toEqual([]);
  });
});
