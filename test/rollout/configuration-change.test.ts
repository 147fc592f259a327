import { describe, expect, test } from '@jest/globals';
import {
  configurationDifference,
  describeChange,
  nameChanges,
  otherSettings,
} from '../../lib/rollout/configuration-change.ts';

const nothing = { environment: {}, secrets: {} };
const changesTo = (environment: Readonly<Record<string, string>>) =>
  configurationDifference(nothing, { ...nothing, environment }).changes;

describe('what differs between two configurations', () => {
  test('is told by name: what is new, what is gone, what is other', () => {
    const before = { environment: { A: '1', B: '2' }, secrets: { DB: 'arn:1' } };
    const after = { environment: { B: '3', C: '' }, secrets: { DB: 'arn:2' } };
    const { changes } = configurationDifference(before, after);

    expect(changes.map(describeChange)).toEqual(['- A=1', 'B: 2 -> 3', '+ C=', 'secret DB: arn:1 -> arn:2']);
  });

  test('is nothing between equals', () => {
    const same = { environment: { A: '1' }, secrets: { B: 'arn' } };

    expect(configurationDifference(same, { ...same })).toEqual({ changes: [], more: 0 });
  });

  test.each([
    ['DB_PASSWORD', 'hunter2'],
    ['StripeApiKey', 'x'],
    ['GITHUB_TOKEN', 'x'],
    ['DATABASE_URL', 'postgres://shop:hunter2@db:5432/shop'],
    ['BROKER', `amqp://a:b${'c'.repeat(3000)}@mq`],
    ['SECOND', 'http://plain.example.com and https://u:p@host'],
    ['NOTE', 'AKIAIOSFODNN7EXAMPLE'],
    ['CERT', '-----BEGIN RSA PRIVATE KEY-----'],
  ])('hides the value of %s, which should be a secret', (name, value) => {
    expect(changesTo({ [name]: value })).toEqual([{ kind: 'environment', name, to: '(hidden)' }]);
  });

  test.each([
    ['MONKEY', 'banana'],
    ['URL', 'https://shop.example.com/a@b'],
    ['HOST', 'https://shop.example.com:8443/a:b@c'],
    ['MAIL', 'https://ana@shop.example.com'],
    ['__proto__', 'polluted'],
    ['constructor', 'x'],
  ])('shows the value of %s', (name, value) => {
    expect(changesTo(Object.fromEntries([[name, value]]))).toEqual([{ kind: 'environment', name, to: value }]);
  });

  test('hides both sides where one of them gives it away', () => {
    const before = { ...nothing, environment: { URL: 'http://db' } };
    const after = { ...nothing, environment: { URL: 'http://u:p@db' } };

    expect(configurationDifference(before, after).changes).toEqual([
      { kind: 'environment', name: 'URL', from: '(hidden)', to: '(hidden)' },
    ]);
  });

  test('people are told names, never values, and how many there are', () => {
    const environment = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`V${index + 10}`, 'value']));
    const text = nameChanges(configurationDifference(nothing, { ...nothing, environment }));

    expect(text).toBe(
      '12 variables change: + V10, + V11, + V12, + V13, + V14, + V15, + V16, + V17, + V18, + V19 and 2 more',
    );
  });
});

describe('what differs in the rest of the task definition', () => {
  const differing = (before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) =>
    configurationDifference({ ...nothing, definition: before }, { ...nothing, definition: after });

  test('is told by its path, before the variables', () => {
    const difference = configurationDifference(
      { ...nothing, definition: { cpu: '256', memory: '512', 'proxy.image': 'envoy:1' } },
      { environment: { A: '1' }, secrets: {}, definition: { cpu: '1024', memory: '512', taskRoleArn: 'arn:role' } },
    );

    expect(difference.changes.map(describeChange)).toEqual([
      'cpu: 256 -> 1024',
      '- proxy.image=envoy:1',
      '+ taskRoleArn=arn:role',
      '+ A=1',
    ]);
    expect(nameChanges(difference)).toBe('4 settings change: cpu, - proxy.image, + taskRoleArn, + A');
  });

  test.each([
    ['a variable of a sidecar', 'proxy.environment.API_TOKEN', 'x', '(hidden)'],
    ['an option of a log driver', 'app.logConfiguration.options.splunk-token', 'x', '(hidden)'],
    ['a command with a password in it', 'app.command', '["postgres://u:p@db"]', '(hidden)'],
    ['the place of a secret', 'proxy.secrets.API_TOKEN', 'arn:secret', 'arn:secret'],
    ['a role', 'executionRoleArn', 'arn:aws:iam::111122223333:role/auth', 'arn:aws:iam::111122223333:role/auth'],
  ])('shows of %s what may be shown', (_, name, value, shown) => {
    expect(differing({}, { [name]: value }).changes).toEqual([{ kind: 'definition', name, to: shown }]);
  });

  test('leaves out what a rollout sets, and the variables that are told by their own names', () => {
    const settings = {
      'app.image': 'x',
      'app.environment.A': '1',
      'app.secrets.B': 'arn',
      'apple.image': 'y',
      cpu: '1',
    };

    expect(otherSettings(settings, 'app')).toEqual({ 'apple.image': 'y', cpu: '1' });
  });
});
