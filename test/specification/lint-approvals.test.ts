import { describe, expect, test } from '@jest/globals';
import { lintSpec } from '../../lib/specification/lint.ts';
import { minimalSpec } from './example-spec.ts';

const mail = '    - { name: post, type: mail, from: sluice@example.com, to: [on-call@example.com] }\n';
const chat = '    - { name: chat, type: slack, token: ssm:/sluice/chat, channel: C0ROLLOUTS }\n';

function doubtsOf(person: string, channels: string, from = ''): readonly string[] {
  const people = `approvals:\n  required: []\n${from}  people:\n    - { name: Ana, roles: [qa]${person} }\n`;
  const notifications = channels === '' ? '' : `notifications:\n  channels:\n${channels}`;
  return lintSpec(`${minimalSpec}\n${people}${notifications}`, 'web.yml').map(({ message }) => message);
}

describe('people who are asked', () => {
  test.each([
    ['nothing that says where', '', mail + chat, /"Ana" gets no link: there is neither `?mail`? nor `?slack`?/],
    ['mail, and nobody who sends it', ', mail: ana@example.com', chat, /"Ana" gets no link: nothing sends it/],
    ['direct messages, and nobody who sends them', ', slack: U012AB3CD', mail, /"Ana" gets no link: nothing sends it/],
  ])('with %s are told of in vain, and lint says so', (_, person, channels, message) => {
    expect(doubtsOf(person, channels)).toEqual([expect.stringMatching(message)]);
  });

  test.each([
    ['mail and a mail channel', ', mail: ana@example.com', mail, ''],
    ['mail and a sender of their own', ', mail: ana@example.com', '', '  from: sluice@example.com\n'],
    ['direct messages and a Slack channel', ', slack: U012AB3CD', chat, ''],
  ])('by %s are reached', (_, person, channels, from) => {
    expect(doubtsOf(person, channels, from)).toEqual([]);
  });
});

test('a gate that asks after a hold, and nobody who could be asked, is told of', () => {
  const gates = 'gates:\n  - { name: hosts, value: { metric: unhealthyHosts }, pass: 0, abort: 3, afterHold: ask }\n';

  expect(lintSpec(`${minimalSpec}\n${gates}`, 'web.yml').map(({ message }) => message)).toEqual([
    expect.stringMatching(/^the gate "hosts" asks people after a hold, but `approvals.people` names no one/),
  ]);
});

describe('roles that must approve', () => {
  test.each([
    [
      'without people hold nothing up, and lint says so',
      'required: [qa]',
      [expect.stringMatching(/^roles are required, /)],
    ],
    ['that are none need nobody', 'required: []', []],
    ["by default are not the author's", 'within: 2h', []],
  ])('%s', (_, approvals, messages) => {
    const findings = lintSpec(`${minimalSpec}\napprovals: { ${approvals} }\n`, 'web.yml');

    expect(findings.map(({ message }) => message)).toEqual(messages);
  });
});

describe('a requester who is not known', () => {
  const lead = { name: 'Ana', roles: ['qa'], mail: 'ana@example.com' };
  const other = { name: 'Ben', roles: ['guest'], mail: 'ben@example.com' };
  const doubts = (people: readonly object[], more = '') =>
    lintSpec(
      `${minimalSpec}\napprovals:\n  required: [qa]\n  from: sluice@example.com\n${more}  people: ${JSON.stringify(people)}\n`,
      'web.yml',
    ).map(({ message }) => message);

  test('may be the only one who approves, and lint says so', () => {
    expect(doubts([lead])).toEqual([expect.stringMatching(/all of them have to approve/)]);
  });

  test.each([
    ['another person is named', [lead, other], ''],
    ['such rollouts are refused', [lead], '  unknownRequester: refuse\n'],
    ['it is allowed on purpose', [lead], '  unknownRequester: allow\n'],
  ])('is no doubt where %s', (_, people, more) => {
    expect(doubts(people, more)).toEqual([]);
  });
});

describe('one identifier of two people is refused', () => {
  const ana = { name: 'Ana', roles: ['qa'] };
  const ben = { name: 'Ben', roles: ['qa'] };
  const arn = 'arn:aws:iam::111122223333:user/shared';
  const issues = (one: object, two: object) =>
    lintSpec(
      `${minimalSpec}\napprovals: ${JSON.stringify({
        required: [],
        people: [
          { ...ana, ...one },
          { ...ben, ...two },
        ],
      })}\n`,
      'web.yml',
    )
      .filter(({ severity }) => severity === 'error')
      .map(({ message }) => message);
  const oidc = { issuer: 'https://id.example', subject: '42' };

  test.each<[string, object, object]>([
    ['a principal', { principals: [arn] }, { principals: [`${arn}-2`, arn] }],
    ['a GitHub login, in any case', { github: 'shared' }, { github: 'Shared' }],
    ['an OIDC subject', { oidc }, { oidc }],
  ])('%s', (_, one, two) => {
    expect(issues(one, two)).toEqual([expect.stringMatching(/also stands for "Ana"/)]);
  });

  test.each<[string, object, object]>([
    ['two principals', { principals: [arn] }, { principals: [`${arn}-2`] }],
    ['the same subject of two issuers', { oidc }, { oidc: { ...oidc, issuer: 'https://other.example' } }],
    ['a subject and a GitHub login that read alike', { oidc }, { github: '42' }],
  ])('%s are two people', (_, one, two) => {
    expect(issues(one, two)).toEqual([]);
  });

  test.each([
    ['a wildcard', 'arn:aws:sts::111122223333:assumed-role/ci/*'],
    ['a role', 'arn:aws:iam::111122223333:role/ci'],
    ['the account', 'arn:aws:iam::111122223333:root'],
  ])('%s is no principal of one person', (_, principal) => {
    expect(issues({ principals: [principal] }, {})).toHaveLength(1);
  });
});
