import { describe, expect, test } from '@jest/globals';
import type { Caller } from '../../lib/approval/caller.ts';
import type { DecisionAction } from '../../lib/approval/decision-actions.ts';
import { judgeCalled } from '../../lib/approval/judge-caller.ts';
import type { Requester } from '../../lib/rollout/requester.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { at, inPhase } from '../rollout/sample-events.ts';
import { people } from '../usecases/journey.ts';

const now = new Date(at);
const user = (name: string) => `arn:aws:iam::123456789012:user/${name}`;
const required = ['tech-lead', 'product-manager', 'qa'];
const [ana, ben, cleo] = ['Ana', 'Ben', 'Cleo'].map((name) => people.find((one) => one.name === name));
if (ana === undefined || ben === undefined || cleo === undefined)
  throw new Error('The sample names Ana, Ben and Cleo.');

/** Ana and Cleo are listed with their principals, Ben is not; Gus approves nothing. */
const everyone = [
  { ...ana, principals: [user('ana')] },
  ben,
  { ...cleo, principals: [user('cleo')] },
  { name: 'Gus', roles: ['guest'], principals: [user('gus')] },
];

/** Who calls, by the principal that AWS verified. */
const callers = {
  ana: { principal: user('ana'), standing: 'one', why: '' },
  cleo: { principal: user('cleo'), standing: 'one', why: '' },
  gus: { principal: user('gus'), standing: 'one', why: '' },
  unlisted: { principal: user('dave'), standing: 'one', why: '' },
  shared: {
    principal: 'arn:aws:sts::123456789012:assumed-role/Deploy/ana',
    standing: 'shared',
    why: 'names are chosen',
  },
  listedButShared: { principal: user('ana'), standing: 'shared', why: 'names are chosen' },
  unread: { principal: user('ana'), standing: 'unread', why: 'IAM does not answer' },
} as const satisfies Readonly<Record<string, Caller>>;
type Who = keyof typeof callers;

/** What they say of themselves. */
const names = { nothing: undefined, Ana: 'Ana', Ben: 'Ben', Cleo: 'cleo@example.com', mallory: 'mallory' } as const;
type Name = keyof typeof names;

const settings = ['link', 'verified'] as const;
type Action = DecisionAction | 'override';
const lets: readonly Action[] = ['approve', 'promote', 'promoteFully', 'resume', 'override'];
const actions: readonly Action[] = [...lets, 'reject', 'pause', 'abort'];

/** A rollout that Cleo requested as her principal. */
const byCleo: Requester = { standing: 'named', identities: [user('cleo')] };

function stateFor(action: Action, identity: 'link' | 'verified', requester: Requester = byCleo): RolloutState {
  const base = action === 'approve' || action === 'reject' ? inPhase.awaitingApproval : inPhase.baking;
  const approvals = { ...inPhase.awaitingApproval.spec.approvals, people: everyone, required, identity };
  const paused = action === 'resume' ? { paused: { by: 'Ben', at } } : {};
  return { ...base, ...paused, requestedBy: 'a pipeline', requester, spec: { ...base.spec, approvals } };
}

/** Whether it should count, by the rules as docs/approvals.md has them. */
function shouldCount(action: Action, who: Who, name: Name, identity: 'link' | 'verified'): boolean {
  const isListed = who === 'ana' || who === 'cleo' || who === 'gus';
  const isPerson = isListed || name === 'Ana' || name === 'Ben' || name === 'Cleo';
  if (!lets.includes(action)) return action === 'reject' ? isPerson : true;
  // The requester, a person of no role that approves, and what IAM did not tell.
  if (who === 'cleo' || who === 'gus' || who === 'unread') return false;
  // A listed principal is that person alone.
  if (who === 'ana') return name === 'nothing' || name === 'Ana';
  // Any other is taken at their word for a person without principals, where the spec asks for no proof.
  return name === 'Ben' && identity === 'link';
}

const matrix = actions.flatMap((action) =>
  (Object.keys(callers) as readonly Who[]).flatMap((who) =>
    (Object.keys(names) as readonly Name[]).flatMap((name) =>
      settings.map((identity) => ({ action, who, name, identity })),
    ),
  ),
);

const judge = (state: RolloutState, action: Action, caller: Caller, as: string | undefined) =>
  judgeCalled(state, action, { as, user: 'laptop', reason: 'because', caller }, now);

describe('commands: principal x name x action x setting', () => {
  test('the matrix is complete', () => {
    expect(matrix).toHaveLength(8 * 7 * 5 * 2);
  });

  test.each(matrix.map((one) => [one.action, one.who, one.name, one.identity, one] as const))(
    '%s by principal %s, who says %s, with identity: %s',
    (action, who, name, identity) => {
      const judged = judge(stateFor(action, identity), action, callers[who], names[name]);

      expect(judged.outcome).toBe(shouldCount(action, who, name, identity) ? 'counts' : 'refused');
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
    const other = 'arn:aws:sts::123456789012:assumed-role/Admin/ben';

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
