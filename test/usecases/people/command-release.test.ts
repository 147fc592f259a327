import { describe, expect, test } from '@jest/globals';
import type { Caller } from '../../../lib/approval/caller.ts';
import { ConcurrentWrite } from '../../../lib/ports/rollout-store.ts';
import { commandRelease } from '../../../lib/usecases/people/command-release.ts';
import { orderStop } from '../../../lib/usecases/people/order-stop.ts';
import { tellReleaseInput } from '../../../lib/usecases/release/tell-release.ts';
import { MemoryRolloutStore } from '../../model/memory-rollout-store.ts';

const ana: Caller = { principal: 'arn:aws:iam::123456789012:user/ana', standing: 'one', why: '' };
const deploy: Caller = {
  principal: 'arn:aws:sts::123456789012:assumed-role/Deploy/ana',
  standing: 'shared',
  why: 'the callers of role Deploy choose the names of their sessions',
};

describe('the record of who turned a release by command', () => {
  test.each([
    ['abortRelease', 'abort', ana, `Ana (by command of ${ana.principal})`],
    ['rollBackRelease', 'rollBackAll', ana, `Ana (by command of ${ana.principal})`],
    ['abortRelease', 'abort', deploy, `Ana (by command of ${deploy.principal}, which several people may use)`],
  ] as const)('%s has the principal beside the name', async (command, direction, caller, by) => {
    const started: unknown[] = [];
    const start = (name: string, input: unknown) => {
      started.push({ name, input });
      return Promise.resolve({ executionArn: 'arn:execution', alreadyStarted: false });
    };
    const asked = { command, releaseId: 'shop-1', execution: 'told-1', reason: 'users cannot pay', user: 'laptop' };

    const answer = await commandRelease(
      asked,
      { as: 'Ana', user: 'laptop', reason: asked.reason, caller },
      { releaseExecutions: { start } },
    );

    expect(answer).toMatchObject({ outcome: 'done', by: 'Ana' });
    expect(started).toEqual([
      { name: 'told-1', input: { releaseId: 'shop-1', told: { direction, by, reason: 'users cannot pay' } } },
    ]);
  });
});

test('the longest name, role and session that there may be are taken by the state that records the order', async () => {
  const principal = `arn:aws-us-gov:sts::123456789012:assumed-role/${'r'.repeat(64)}/${'s'.repeat(64)}`;
  const name = 'A'.repeat(200);
  const started: unknown[] = [];
  const start = (_: string, input: unknown) => {
    started.push(input);
    return Promise.resolve({ executionArn: 'arn:execution', alreadyStarted: false });
  };

  await commandRelease(
    { command: 'abortRelease', releaseId: 'shop-1', execution: 'told-1', reason: 'users cannot pay', user: 'laptop' },
    { as: name, user: 'laptop', reason: undefined, caller: { ...deploy, principal } },
    { releaseExecutions: { start } },
  );

  const by = `${name} (by command of ${principal}, which several people may use)`;
  expect(started.map((input) => tellReleaseInput.parse(input).told.by)).toEqual([by]);
});

describe('a request that waits and is forgotten by command', () => {
  test('is kept with the name and the principal of who forgot it', async () => {
    const store = new MemoryRolloutStore();
    const now = () => new Date('2026-03-01T11:00:00.000Z');
    const request = { service: 'web', image: '412-9f8d111', requestedBy: 'a push' };
    await store.putWaiting({ id: '1', at: '2026-03-01T10:00:00Z', request, behind: 'web-1', supersedes: false });
    const ended: unknown[] = [];
    store.cancelWaiting = async (service: string, id: string, ends?: unknown) => {
      ended.push(ends);
      await store.endWaiting(service, id);
      return true;
    };

    const answer = await orderStop(
      { command: 'cancelWaiting', service: 'web', user: 'laptop' },
      { as: undefined, user: 'laptop', reason: undefined, caller: deploy },
      { store, now },
      () => Promise.resolve(deploy),
    );

    expect(answer).toEqual({ outcome: 'done', by: 'laptop', image: '412-9f8d111' });
    expect(ended).toEqual([
      {
        by: 'laptop',
        principal: deploy.principal,
        shared: true,
        reason: 'the request of 412-9f8d111 that waited was forgotten',
        at: '2026-03-01T11:00:00.000Z',
      },
    ]);
    expect(await store.waiting('web')).toBeUndefined();
  });
});

test.each([
  ['waits no more', () => Promise.resolve(false), 'does not wait any more'],
  [
    'others write',
    () => Promise.reject(new ConcurrentWrite('It is written by others just now.')),
    'by others just now',
  ],
])('a request that %s is not said to be forgotten', async (_, cancelWaiting, reason) => {
  const store = new MemoryRolloutStore();
  const request = { service: 'web', image: '412-9f8d111', requestedBy: 'a push' };
  await store.putWaiting({ id: '1', at: '2026-03-01T10:00:00Z', request, behind: 'web-1', supersedes: false });
  store.cancelWaiting = cancelWaiting;

  const answer = await orderStop(
    { command: 'cancelWaiting', service: 'web', user: 'laptop' },
    { as: undefined, user: 'laptop', reason: undefined, caller: deploy },
    { store, now: () => new Date('2026-03-01T11:00:00.000Z') },
    () => Promise.resolve(deploy),
  );

  expect(answer).toEqual({ outcome: 'refused', reason: expect.stringContaining(reason) });
});
