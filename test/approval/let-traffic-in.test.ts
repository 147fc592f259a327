import { describe, expect, test } from '@jest/globals';
import { type DecisionAction, judgeAction, judgeNamed } from '../../lib/approval/decision-actions.ts';
import type { Decider } from '../../lib/rollout/decider.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { at, inPhase } from '../rollout/sample-events.ts';
import { people } from '../usecases/journey.ts';

const now = new Date(at);
const ways: readonly Decider['how'][] = ['command', 'link', 'slack', 'verified'];
const required = ['tech-lead', 'product-manager', 'qa'];
/** One of the spec whose role approves nothing. */
const guest = { name: 'Gus', roles: ['guest'], mail: 'gus@example.com' };
const everyone = [...people.filter(({ name }) => name !== 'Dan'), guest];

type Told = Exclude<DecisionAction, 'approve' | 'reject'>;
const lets: readonly DecisionAction[] = ['approve', 'promote', 'promoteFully', 'resume'];
const stops: readonly DecisionAction[] = ['reject', 'pause', 'abort'];

/** A rollout that Cleo requested under her alias, in a state in which the action is possible. */
function stateFor(action: DecisionAction, identity: 'link' | 'verified'): RolloutState {
  const base = action === 'approve' || action === 'reject' ? inPhase.awaitingApproval : inPhase.baking;
  const approvals = { ...inPhase.awaitingApproval.spec.approvals, people: everyone, required, identity };
  const paused = action === 'resume' ? { paused: { by: 'Ben', at } } : {};
  return { ...base, ...paused, requestedBy: 'ci', spec: { ...base.spec, approvals } };
}

/** Whether it should count, by the rules as docs/approvals.md has them. */
function shouldCount(action: DecisionAction, who: string, how: Decider['how'], identity: 'link' | 'verified'): boolean {
  if (!lets.includes(action)) return true;
  return who !== 'Cleo' && who !== 'Gus' && (identity === 'link' || how === 'verified');
}

const matrix = [...lets, ...stops].flatMap((action) =>
  everyone.flatMap((person) =>
    ways.flatMap((how) => (['link', 'verified'] as const).map((identity) => ({ action, person, how, identity }))),
  ),
);

describe('who x how x action x setting', () => {
  test('the matrix is complete', () => {
    expect(matrix).toHaveLength(7 * 4 * 4 * 2);
  });

  test.each(matrix.map((one) => [one.action, one.person.name, one.how, one.identity, one] as const))(
    '%s by %s, by %s, with identity: %s',
    (action, name, how, identity, { person }) => {
      const judged = judgeAction(stateFor(action, identity), person, action, { how, reason: 'because' }, now);

      expect(judged.outcome).toBe(shouldCount(action, name, how, identity) ? 'counts' : 'refused');
    },
  );
});

describe('a command in the name of', () => {
  const told = (action: Told, by: string, identity: 'link' | 'verified' = 'link') =>
    judgeNamed(stateFor(action, identity), action, { by, how: 'command', reason: 'because' }, now);

  test.each(['promote', 'promoteFully', 'resume'] as const)('a stranger lets nothing in: %s', (action) => {
    expect(told(action, 'mallory')).toEqual({
      outcome: 'refused',
      reason:
        'The spec of web names no mallory, and this lets traffic in. Say who decides with --as: Ana, Ben, Cleo, Gus.',
    });
  });

  test.each(['promote', 'promoteFully', 'resume'] as const)(
    'the requester lets nothing in, under any name: %s',
    (action) => {
      for (const name of ['Cleo', 'CI', 'cleo@EXAMPLE.com']) expect(told(action, name).outcome).toBe('refused');
    },
  );

  test.each(['pause', 'abort'] as const)('anyone stops a rollout: %s', (action) => {
    for (const name of ['mallory', 'Cleo', 'Gus', 'Ana']) expect(told(action, name, 'verified').outcome).toBe('counts');
  });

  test('a person of the spec counts under the name that the spec has', () => {
    expect(told('promote', 'ANA@example.com')).toMatchObject({
      outcome: 'counts',
      events: [{ by: 'Ana', how: 'command' }],
    });
  });

  test('nobody in particular counts where the spec names no people', () => {
    const state = {
      ...inPhase.baking,
      spec: { ...inPhase.baking.spec, approvals: { ...inPhase.baking.spec.approvals, people: [] } },
    };

    expect(judgeNamed(state, 'promote', { by: 'mallory', how: 'command' }, now).outcome).toBe('counts');
  });
});
