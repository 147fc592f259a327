import { describe, expect, test } from '@jest/globals';
import { parseSpec } from '../../lib/specification/parse.ts';
import { minimalSpec } from './example-spec.ts';

const chat = '{ name: chat, type: slack, token: ssm:/sluice/chat, channel: C0123456789 }';
const written = (block: string) => parseSpec(`${minimalSpec}\nnotifications:\n${block}\n`, 'web.yml');

/** What is said of a block, without the places. */
function saidOf(block: string): readonly string[] {
  const parsed = written(block);
  return parsed.ok ? [] : parsed.findings.map(({ message }) => message);
}

const channelWith = (fields: string) => saidOf(`  channels: [{ name: chat, ${fields} }]`);

describe('notifications in a spec', () => {
  test('without a word of them nobody is told, and nothing is muted', () => {
    const parsed = parseSpec(minimalSpec, 'web.yml');

    expect(parsed.ok && parsed.spec.notifications).toEqual({ channels: [], mute: [], maintenance: [] });
  });

  test('every kind of channel is taken', () => {
    const parsed = written(`  channels:
    - ${chat}
    - { name: loud, type: slack, token: secretsmanager:sluice/chat#token, channel: "#critical" }
    - { name: hook, type: slack-webhook, webhook: ssm:/sluice/web/hook }
    - { name: pager, type: pagerduty, routingKey: ssm:/sluice/pager }
    - { name: post, type: mail, from: sluice@example.com, to: [a@example.com] }
    - { name: machine, type: webhook, url: 'https://ops.example.com/in?team=web', secret: ssm:/sluice/machine }`);

    expect(parsed.ok && parsed.spec.notifications.channels.map(({ type }) => type)).toEqual([
      'slack',
      'slack',
      'slack-webhook',
      'pagerduty',
      'mail',
      'webhook',
    ]);
  });

  test('customers are channels of the spec that page nobody, and hear of what announce says', () => {
    const parsed = written(`  announce: 24h\n  customers: [chat]\n  channels: [${chat}]`);
    const { announce, customers } = parsed.ok ? parsed.spec.notifications : {};
    expect([announce, customers]).toEqual([86_400, ['chat']]);

    const pager = '{ name: pager, type: pagerduty, routingKey: ssm:/sluice/pager }';
    expect(saidOf(`  announce: 24h\n  customers: [pager]\n  channels: [${pager}]`)).toEqual([
      '"pager" pages people, expected a chat, mail or webhook',
    ]);
    expect(saidOf(`  announce: 24h\n  customers: [shop]\n  channels: [${chat}]`)).toEqual([
      'there is no channel "shop", expected one of chat',
    ]);
    expect(saidOf(`  customers: [chat]\n  channels: [${chat}]`)).toEqual([expect.stringContaining('announce: 24h')]);
  });

  test.each(['https://evil.example.com', 'EU', 'ap'])('PagerDuty has two regions, and no other host: %s', (region) => {
    const said = channelWith(`type: pagerduty, routingKey: ssm:/sluice/pager, region: '${region}'`);

    expect(said).toEqual([expect.stringContaining('expected us or eu')]);
  });

  test.each(['xoxb-1-secret', 'https://hooks.slack.com/services/T0/B0/secret', 'ssm:/other/secret', 'secret'])(
    'what may be a secret itself is refused, and not repeated: %s',
    (secret) => {
      const said = channelWith(`type: slack, channel: C0123456789, token: '${secret}'`);

      expect(said).toEqual([expect.stringContaining('this is not where a secret is kept')]);
      expect(said.join()).not.toContain(secret === 'secret' ? '"secret"' : secret);
    },
  );

  test.each([
    'http://ops.example.com/',
    'https://127.0.0.1:9001/2018-06-01/runtime',
    'https://[::1]/',
    'https://localhost/',
    'https://me:secret@ops.example.com/',
    'file:///etc/passwd',
  ])('a webhook that leads to this machine, or in the clear, is refused: %s', (url) => {
    expect(channelWith(`type: webhook, secret: ssm:/sluice/x, url: '${url}'`)).toHaveLength(1);
  });

  test.each([
    '"a@example.com\\nBcc: b@example.com"',
    '"A <a@example.com>"',
    '"a@example.com,b@example.com"',
    'a',
    '"a b@example.com"',
  ])('an address that would be more than one address is refused: %s', (address) => {
    expect(channelWith(`type: mail, from: a@example.com, to: [${address}]`).join()).toContain('mail address');
  });

  test.each([
    [
      'a type that there is not',
      `  channels: [{ name: chat, type: irc }]`,
      'slack-webhook, pagerduty, mail or webhook',
    ],
    ['two channels of one name', `  channels: [${chat}, ${chat}]`, 'two channels are called "chat"'],
    [
      'the name that EventBridge has',
      `  channels: [{ name: events, type: mail, from: a@b.example, to: [a@b.example] }]`,
      'expected another name',
    ],
    ['a row to nobody', `  channels: [${chat}]\n  routes: [{ to: [chat, pager] }]`, 'no channel "pager"'],
    ['a fallback to nobody', `  channels: [${chat}]\n  routes: [{ to: [chat], fallback: [x] }]`, 'no channel "x"'],
    ['a mute of nobody', '  mute: [{ channels: [chat] }]', '`channels`, which is empty'],
    ['a reminder each second', `  channels: [${chat}]\n  routes: [{ to: [chat], repeat: 1s }]`, 'expected 1m to 1d'],
    ['a window without length', `  quietHours: [{ from: "02:00", to: "02:00" }]`, 'ends when it begins'],
    ['a time without zone', `  mute: [{ until: "2026-03-01T10:00:00" }]`, 'expected a time'],
  ])('%s is refused with the reason', (_, block, reason) => {
    expect(saidOf(block)).toEqual([expect.stringContaining(reason)]);
  });
});
