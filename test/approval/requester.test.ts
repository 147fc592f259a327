import { describe, expect, test } from '@jest/globals';
import { judgeAction } from '../../lib/approval/decision-actions.ts';
import { requesterOf, requesterToOpen } from '../../lib/approval/requester-of.ts';
import { isOneHuman, isRequester, personOfPrincipal } from '../../lib/approval/requester.ts';
import type { Requester } from '../../lib/rollout/requester.ts';
import { modelSpec } from '../model/model-world.ts';
import { at, inPhase } from '../rollout/sample-events.ts';

const execution = 'arn:aws:states:eu-west-1:111122223333:execution:sluice-test-rollout:push-web-1';
const home = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web';
const now = new Date(at);
const session = 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Deploy_0123456789abcdef/ana@example.com';
const user = 'arn:aws:iam::111122223333:user/team/ben';
const role = 'arn:aws:sts::111122223333:assumed-role/ci-deploy/GitHubActions';

const people = [
  { name: 'Ana', roles: ['tech-lead'], mail: 'ana@example.com', principals: [session], github: 'Ana-Example' },
  { name: 'Ben', roles: ['product-manager'], mail: 'ben@example.com', principals: [user] },
  { name: 'Cleo', roles: ['qa'], mail: 'cleo@example.com' },
  { name: 'Gus', roles: ['guest'], mail: 'gus@example.com' },
];
const { approvals } = modelSpec({ approvals: { people } });
const [ana, ben, cleo, gus] = approvals.people;
if (ana === undefined || ben === undefined || cleo === undefined || gus === undefined) throw new Error('no people');

describe('a principal', () => {
  test('is the person who is listed with it, and no other', () => {
    expect(personOfPrincipal(approvals, session)?.name).toBe('Ana');
    expect(personOfPrincipal(approvals, user)?.name).toBe('Ben');
    expect(personOfPrincipal(approvals, role)).toBeUndefined();
    expect(personOfPrincipal(approvals, session.replace('ana@', 'cleo@'))).toBeUndefined();
  });

  test('is one human where AWS sets its name, not where its caller does', () => {
    expect([session, user, 'arn:aws-cn:iam::111122223333:user/x'].map(isOneHuman)).toEqual([true, true, true]);
    const others = [
      role,
      'arn:aws:sts::111122223333:assumed-role/x/AWSReservedSSO_y',
      'arn:aws:iam::111122223333:root',
      'arn:aws:sts::111122223333:federated-user/ana',
      `x${user}`,
    ];
    expect(others.map(isOneHuman)).toEqual([false, false, false, false, false]);
  });
});

describe('the requester', () => {
  test.each<[string, string, boolean]>([
    ['the principal that is listed', session, true],
    ['the GitHub login, in any case', 'github:ana-EXAMPLE', true],
    ['the mail address', 'Ana <ana+ci@example.com>', true],
    ['a session that is named like her', 'arn:aws:sts::111122223333:assumed-role/any/ana@example.com', true],
    ['another login', 'github:ana', false],
    ['another principal', user, false],
  ])('is known by %s', (_, identity, expected) => {
    const requester: Requester = { standing: 'named', identities: [identity] };

    expect(isRequester(ana, { requestedBy: 'a push of shop/web:1', requester })).toBe(expected);
  });

  test.each([
    ...['Ana-Example', '@ana-example', 'github:ana-example', 'https://github.com/Ana-Example', 'CI: ana-example'],
    ...[session, `started by ${session}`, 'ana@example.com for Cleo', 'Cleo on behalf of Ana', 'requested by Ana'],
    ...[
      'Ana + Cleo',
      'Ana+Cleo',
      'Cleo -> Ana',
      'Ana – Cleo',
      'Author: Ana',
      '"Ana" <ana@elsewhere.example>',
      'Cleo via Ana',
    ],
  ])('is known where a pipeline writes %s', (requestedBy) => {
    expect(isRequester(ana, { requestedBy })).toBe(true);
  });

  test.each(['Anna', 'Ana-Examples', 'Cleo for Ben', 'a push of shop/web:1', role, user])(
    'is not known where it writes %s',
    (requestedBy) => {
      expect(isRequester(ana, { requestedBy })).toBe(false);
    },
  );

  test('is known by an id of Slack', () => {
    for (const requestedBy of ['U0123ABCD', '<@U0123ABCD>'])
      expect(isRequester({ ...cleo, slack: 'U0123ABCD' }, { requestedBy })).toBe(true);
  });

  test.each<[string, Parameters<typeof requesterOf>[0], string, string]>([
    ['a start in the console', { requestedBy: 'a person' }, home, 'unknown'],
    ['the same in other letters', { requestedBy: ' A\u00a0Person\u200b' }, home, 'unknown'],
    ['a name that shows nothing', { requestedBy: '\u200b\u2060 \u3164' }, home, 'unknown'],
    ['an event that names no one', { requestedBy: 'an event of my.ci' }, home, 'unknown'],
    ['a name', { requestedBy: 'ana' }, home, 'named'],
    ['a push', { requestedBy: 'a push of shop/web:1', pushedAt: at }, home, 'sought'],
    ['a replication', { requestedBy: 'a replication of shop/web:1', pushedAt: at }, home, 'unknown'],
    [
      'a push elsewhere',
      { requestedBy: 'a push of shop/web:1', pushedAt: at },
      home.replace('1111', '9999'),
      'unknown',
    ],
    ['a reconciliation', { requestedBy: 'reconciliation of shop/web:1' }, home, 'unknown'],
    [
      'what CI proved',
      { requestedBy: 'x', requester: { standing: 'named', identities: ['github:ana'] } },
      home,
      'named',
    ],
  ])('of %s', (_, asked, repositoryUri, standing) => {
    expect(requesterOf(asked, repositoryUri, execution, now).standing).toBe(standing);
  });

  test('who is not known is refused where the spec says so, and a rollback never is', () => {
    const spec = modelSpec({ approvals: { people, unknownRequester: 'refuse' } });
    const open = (asked: Parameters<typeof requesterToOpen>[0]) => requesterToOpen(asked, spec, home, execution, now);

    expect(() => open({ requestedBy: 'a person' })).toThrow(/not known who requests .*unknownRequester: refuse/);
    expect(open({ requestedBy: 'a person', rollback: {} })).toBeUndefined();
    expect(open({ requestedBy: 'ana' })).toBeUndefined();
  });
});

/** Who approves one after the other, until it is granted; how many it took, or `open` where it was not granted. */
function approvalsUntilGranted(requester: Requester | undefined, unknownRequester: string, names: readonly string[]) {
  const base = inPhase.awaitingApproval;
  const asking = modelSpec({ approvals: { people, unknownRequester } }).approvals;
  let state = { ...base, requester, requestedBy: 'a push of shop/web:1', spec: { ...base.spec, approvals: asking } };
  for (const [index, name] of names.entries()) {
    const person = asking.people.find((one) => one.name === name);
    if (person === undefined) throw new Error(`there is no ${name}`);
    const judged = judgeAction(state, person, 'approve', { how: 'link' }, now);
    if (judged.outcome === 'refused') return `${name} refused`;
    if (judged.events.some(({ type }) => type === 'ApprovalGranted')) return index + 1;
    const given = [...(state.approval?.given ?? []), { name, roles: person.roles, how: 'link' as const, at }];
    state = { ...state, approval: { ...state.approval, given } };
  }
  return 'open';
}

describe('how many approve', () => {
  const unknown: Requester = { standing: 'unknown', why: 'the history does not tell' };
  const sought: Requester = { standing: 'sought', until: at };
  const three = ['Ana', 'Ben', 'Cleo'];

  test.each<[string, Requester | undefined, string, readonly string[], unknown]>([
    ['known: as many as are required', undefined, 'oneMore', three, 3],
    ['unknown: three are not enough', unknown, 'oneMore', three, 'open'],
    ['unknown: one more, of any role', unknown, 'oneMore', [...three, 'Gus'], 4],
    ['unknown: the one more may be the first', unknown, 'oneMore', ['Gus', ...three], 4],
    ['sought: counts as unknown so far', sought, 'oneMore', three, 'open'],
    ['allowed', unknown, 'allow', three, 3],
    ['refused: nothing is granted while it is sought', sought, 'refuse', three, 'open'],
    ['known: no role, no approval', undefined, 'oneMore', ['Gus'], 'Gus refused'],
  ])('%s', (_, requester, policy, names, expected) => {
    expect(approvalsUntilGranted(requester, policy, names)).toBe(expected);
  });

  test('all of them, where the spec names no more than it requires', () => {
    const base = inPhase.awaitingApproval;
    const asking = modelSpec({ approvals: { people: people.slice(0, 3) } }).approvals;
    const given = people.slice(0, 2).map(({ name, roles }) => ({ name, roles, how: 'link' as const, at }));
    const state = { ...base, requester: unknown, approval: { given }, spec: { ...base.spec, approvals: asking } };

    expect(judgeAction(state, cleo, 'approve', { how: 'link' }, now)).toMatchObject({
      events: [{ type: 'Approved' }, { type: 'ApprovalGranted' }],
    });
  });
});
