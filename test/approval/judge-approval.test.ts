import { describe, expect, test } from '@jest/globals';
import { judgeAction } from '../../lib/approval/decision-actions.ts';
import { evolve, type RolloutState } from '../../lib/rollout/state.ts';
import type { Person } from '../../lib/specification/approvals.ts';
import { at, inPhase } from '../rollout/sample-events.ts';

const waiting = evolve(
  inPhase.awaitingApproval,
  { type: 'ApprovalRequested', required: [], asked: [], until: '2026-03-02T11:00:00.000Z' },
  at,
);
const now = new Date('2026-03-01T12:00:00.000Z');

function person(name: string): Person {
  const found = waiting.spec.approvals.people.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

function judge(state: RolloutState, name: string, answer: 'approve' | 'reject' = 'approve', reason?: string) {
  return judgeAction(state, person(name), answer, { how: 'link', reason }, now);
}

function afterAll(...names: readonly string[]): RolloutState {
  return names.reduce((state, name) => {
    const judged = judge(state, name);
    if (judged.outcome === 'refused') throw new Error(judged.reason);
    return judged.events.reduce((current, event) => evolve(current, event, now.toISOString()), state);
  }, waiting);
}

const reasonOf = (judged: ReturnType<typeof judge>) => (judged.outcome === 'refused' ? judged.reason : 'it counts');

describe('an answer to the approval', () => {
  test('three roles by three people let the rollout go on, and not before', () => {
    expect(afterAll('Ana', 'Ben').phase).toBe('awaitingApproval');
    expect(afterAll('Ana', 'Ben', 'Cleo')).toMatchObject({
      phase: 'checking',
      approval: { grantedAt: now.toISOString(), given: [{ name: 'Ana', how: 'link' }, {}, {}] },
    });
  });

  test('who may stand for two roles takes the one that is left', () => {
    expect(afterAll('Dan', 'Cleo', 'Ben').phase).toBe('checking');
    expect(afterAll('Dan', 'Ana', 'Ben').phase).toBe('checking');
  });

  test.each([
    [
      'who asked, under any name they go by',
      { ...waiting, requestedBy: 'CI' },
      'Cleo',
      'the requester cannot let traffic in',
    ],
    [
      'who asked, by mail address',
      { ...waiting, requestedBy: 'ana@EXAMPLE.com' },
      'Ana',
      'the requester cannot let traffic in',
    ],
    ['the same person twice', afterAll('Ana'), 'Ana', 'Ana approved at'],
    ['a role that has approved', afterAll('Cleo', 'Ana'), 'Dan', 'Still open: product-manager'],
    ['a rollout that waits for nobody', inPhase.baking, 'Ana', 'it is baking'],
    ['one that was rejected', inPhase.rejected, 'Ana', 'it is rejected'],
  ])('an approval by %s does not count', (_, state, name, why) => {
    expect(reasonOf(judge(state, name))).toContain(why);
  });

  test('the deadline itself is too late, and the answer says what to do', () => {
    const late = judgeAction(
      waiting,
      person('Ana'),
      'approve',
      { how: 'link' },
      new Date(waiting.approval?.until ?? ''),
    );

    expect(reasonOf(late)).toMatch(/ended at .*sluice retry/);
  });

  test('a rejection needs a comment, and then ends the rollout in the words of who gave it', () => {
    expect(reasonOf(judge(waiting, 'Ben', 'reject'))).toContain('needs a comment');
    expect(reasonOf(judge(waiting, 'Ben', 'reject', ' \n '))).toContain('needs a comment');
    expect(judge(waiting, 'Ben', 'reject', 'not today')).toEqual({
      outcome: 'counts',
      events: [{ type: 'RolloutRejected', reason: 'not today', results: [], by: 'Ben', how: 'link' }],
    });
  });

  test('who asked may reject', () => {
    expect(judge({ ...waiting, requestedBy: 'ci' }, 'Cleo', 'reject', 'a mistake').outcome).toBe('counts');
  });
});
