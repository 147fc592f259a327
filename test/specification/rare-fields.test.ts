import { describe, expect, test } from '@jest/globals';
import { parseSpec } from '../../lib/specification/parse.ts';
import { minimalSpec } from './example-spec.ts';

const channels = 'channels: [{ name: team, type: slack, channel: C0123456789, token: secretsmanager:sluice/slack }]';

/** What a block beside the minimal spec makes of it. */
function parsed(block: string) {
  const read = parseSpec(`${minimalSpec}\n${block}\n`, 'web.yml');
  return read.ok ? read.spec : { findings: read.findings.map(({ message }) => message) };
}

describe('fields that few specs have', () => {
  test.each<[string, string, object]>([
    ['slow.over', 'slow: { over: 750ms }', { slow: { over: 0.75 } }],
    ['approvals.controlLinks', 'approvals: { controlLinks: false }', { approvals: { controlLinks: false } }],
    [
      'approvals.identity',
      'approvals: { identity: verified, people: [{ name: Ana, roles: [tech-lead], mail: ana@example.com }], required: [tech-lead] }',
      { approvals: { identity: 'verified' } },
    ],
    [
      'approvals.unknownRequester',
      'approvals: { unknownRequester: refuse, people: [{ name: Ana, roles: [tech-lead] }], required: [tech-lead] }',
      { approvals: { unknownRequester: 'refuse' } },
    ],
    [
      'what a person is known by',
      'approvals: { required: [], people: [{ name: Ana, roles: [qa], slack: U012AB3CD, slackTeam: T012AB3CD, github: ana-x, oidc: { issuer: "https://id.example", subject: "42" }, principals: ["arn:aws:iam::111122223333:user/ana"] }] }',
      {
        approvals: {
          people: [
            {
              slackTeam: 'T012AB3CD',
              github: 'ana-x',
              oidc: { issuer: 'https://id.example', subject: '42' },
              principals: ['arn:aws:iam::111122223333:user/ana'],
            },
          ],
        },
      },
    ],
    [
      'rollback.budgets',
      'rollback: { budgets: { healthCheck: 90s, whole: 4m } }',
      { rollback: { budgets: { healthCheck: 90, whole: 240, restore: 30 } } },
    ],
    [
      'notifications.mute',
      'notifications: { mute: [{ severity: [info], stages: [staging] }] }',
      { notifications: { mute: [{ severity: ['info'], stages: ['staging'] }] } },
    ],
    [
      'notifications.quietHours',
      'notifications: { quietHours: [{ days: [sunday], from: "02:00", to: "04:00", offset: "+08:00", silences: [info] }] }',
      {
        notifications: {
          quietHours: [{ days: ['sunday'], from: '02:00', to: '04:00', offset: '+08:00', silences: ['info'] }],
        },
      },
    ],
  ])('%s is taken as it is written', (_, block, expected) => {
    expect(parsed(block)).toMatchObject(expected);
  });

  test.each([
    ['slow: { over: 2m }', '"2m" is out of range, expected 1ms to 1m'],
    ['approvals: { controlLinks: maybe }', 'expected true or false'],
    ['approvals: { identity: face }', 'expected link or verified'],
    ['approvals: { identity: verified, people: [{ name: Ana, roles: [qa] }], required: [qa] }', 'has no mail address'],
    ['rollback: { budgets: { healthCheck: 2h } }', '"2h" is out of range, expected 1s to 1h'],
    ['rollback: { budgets: { whole: 5 } }', 'rollback.budgets.whole'],
    ['notifications: { mute: [{ severity: [loud] }] }', 'notifications.mute[0].severity'],
    [
      'notifications: { quietHours: [{ days: [Sunday], from: "02:00", to: "04:00" }] }',
      'a day of the week in lower case',
    ],
    ['notifications: { quietHours: [{ from: "02:00", to: "02:00" }] }', 'the window ends when it begins'],
    ['notifications: { maintenance: [{ from: "02:00", to: "02:00" }] }', 'the window ends when it begins'],
    ['notifications: { quietHours: [{ from: "02:00", to: "04:00", offset: "+15:00" }] }', 'an offset from UTC'],
    ['notifications: { quietHours: [{ from: "02:00", to: "04:00", silences: [loud] }] }', 'quietHours[0].silences'],
    [`notifications: { ${channels}, routes: [{ to: [nobody], stages: [staging] }] }`, 'nobody'],
  ])('%s is refused with what is expected', (block, expected) => {
    expect(parsed(block)).toEqual({ findings: expect.arrayContaining([expect.stringContaining(expected)]) });
  });
});
