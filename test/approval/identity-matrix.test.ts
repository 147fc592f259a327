import { describe, expect, test } from '@jest/globals';
import type { Caller } from '../../lib/approval/caller.ts';
import { judgeCalled } from '../../lib/approval/judge-caller.ts';
import type { Requester } from '../../lib/rollout/requester.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { at, inPhase } from '../rollout/sample-events.ts';
import { people } from '../usecases/journey.ts';
import {
  account,
  type Action,
  approvalsWith,
  byCleo,
  callers,
  type Cell,
  matrix,
  names,
  shouldCount,
} from './identity-cells.ts';

const now = new Date(at);
const user = (name: string) => `arn:aws:iam::${account}:user/${name}`;
const required = ['tech-lead', 'product-manager', 'qa'];

function stateFor(action: Action, identity: Cell['identity'], requester: Requester = byCleo): RolloutState {
  const base = action === 'approve' || action === 'reject' ? inPhase.awaitingApproval : inPhase.baking;
  const approvals = approvalsWith(inPhase.awaitingApproval.spec.approvals, identity);
  const paused = action === 'resume' ? { paused: { by: 'Ben', at } } : {};
  return { ...base, ...paused, requestedBy: 'a pipeline', requester, spec: { ...base.spec, approvals } };
}

const judge = (state: RolloutState, action: Action, caller: Caller, as: string | undefined) =>
  judgeCalled(state, action, { as, user: 'laptop', reason: 'because', caller }, now);

describe('commands: principal x name x action x setting', () => {
  test('the matrix is complete', () => {
    expect(matrix).toHaveLength(8 * 9 * 5 * 2);
  });

  test.each(matrix.map((one) => [one.action, one.who, one.name, one.identity, one] as const))(
    '%s by principal %s, who says %s, with identity: %s',
    (action, who, name, identity, cell) => {
      const judged = judge(stateFor(action, identity), action, callers[who], names[name]);

      expect(judged.outcome).toBe(shouldCount(cell) ? 'counts' : 'refused');
      if (judged.outcome !== 'counts') return;
      // The principal is in the record, always.
      expect(judged.events[0]).toMatchObject({ principal: callers[who].principal });
    },
  );
});

describe('one caller', () => {
  const given = (principal: string, shared?: true) => ({
    ...inPhase.awaitingApproval,
    requester: byCleo,
    approval: {
      given: [{ name: 'Ana', roles: ['tech-lead'], how: 'command' as const, at, principal, ...(shared && { shared }) }],
    },
    spec: {
      ...inPhase.awaitingApproval.spec,
      approvals: { ...inPhase.awaitingApproval.spec.approvals, people: [...people], required },
    },
  });

  test('approves once, under whatever names', () => {
    expect(judge(given(user('dave')), 'approve', callers.unlisted, 'Ben')).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining(`${user('dave')} approved at ${at} already, as Ana.`),
    });
    expect(judge(given(user('eve')), 'approve', callers.unlisted, 'Ben').outcome).toBe('counts');
  });

  test('all principals that several people may be are one person of a quorum', () => {
    const other = 'arn:aws:sts::000000000000:assumed-role/Admin/ben';

    expect(judge(given(other, true), 'approve', callers.shared, 'Ben')).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('count as one person'),
    });
    expect(judge(given(user('eve')), 'approve', callers.shared, 'Ben').outcome).toBe('counts');
  });

  test('skips no step under a shared role where the requester may be the same one', () => {
    const unknown: Requester = { standing: 'unknown', why: 'it came by a role', identities: [] };

    expect(judge(stateFor('promote', 'link', unknown), 'promote', callers.shared, 'Ben').outcome).toBe('refused');
    expect(judge(stateFor('promote', 'link', unknown), 'promote', callers.ana, undefined).outcome).toBe('counts');
  });

  test('who is listed counts as verified, under the name of the spec, without saying who they are', () => {
    expect(judge(stateFor('promote', 'verified'), 'promote', callers.ana, undefined)).toMatchObject({
      events: [{ by: 'Ana', how: 'verified', principal: user('ana') }],
    });
  });
});
