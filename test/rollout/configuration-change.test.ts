import { describe, expect, test } from '@jest/globals';
import { configurationDifference, describeChange, nameChanges } from '../../lib/rollout/configuration-change.ts';

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
    ['NOTE', 'AKIAIOSFODNN7EXAMPLE'],
    ['CERT', '-----BEGIN RSA PRIVATE KEY-----'],
  ])('hides the value of %s, which should be a secret', (name, value) => {
    expect(changesTo({ [name]: value })).toEqual([{ kind: 'environment', name, to: '(hidden)' }]);
  });

  test.each([
    ['MONKEY', 'banana'],
    ['URL', 'https://shop.example.com/a@b'],
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
