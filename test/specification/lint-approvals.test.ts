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
