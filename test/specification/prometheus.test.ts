import { describe, expect, test } from '@jest/globals';
import { lintSpec } from '../../lib/specification/lint.ts';
import { metricOfSlot } from '../../lib/specification/metric-of-slot.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { storedSpec } from '../../lib/specification/stored-spec.ts';
import { complaints } from './complaints.ts';
import { minimalSpec } from './example-spec.ts';

const server = 'prometheus: { url: https://prometheus.example.com }\n';
const query = (text: string, more = '') => `metrics:\n  failed:\n    query: ${JSON.stringify(text)}\n${more}`;
const good = 'sum(increase(shop_failed_total{service="{service}"}[{period}]))';

function specOf(text: string) {
  const parsed = parseSpec(`${minimalSpec}${text}`, 'web.yml');
  if (!parsed.ok) throw new Error(parsed.findings.map(({ message }) => message).join('; '));
  return parsed.spec;
}

const found = (text: string) =>
  lintSpec(`${minimalSpec}${text}`, 'web.yml').map(({ severity, message }) => `${severity}: ${message}`);

describe('the query of a metric', () => {
  test('is filled in for each slot', () => {
    const spec = specOf(`${server}${query(good)}`);
    const metric = spec.metrics['failed'] ?? missing();

    expect(metricOfSlot(spec, 'b', metric)).toEqual({
      provider: 'prometheus',
      query: 'sum(increase(shop_failed_total{service="web-b"}[60s]))',
      isCount: true,
      server: { url: 'https://prometheus.example.com' },
      region: 'eu-west-1',
      factor: 1,
      zeroWhenMissing: false,
    });
    expect(found(`${server}${query(good)}`)).toEqual([]);
  });

  test('may have words of its own for what differs between the slots', () => {
    const words = '    words: { a: { pod: left }, b: { pod: right } }\n    unit: milliseconds\n    missing: zero\n';
    const spec = specOf(`${server}${query('sum(rate(x{pod="{pod}",path=~"/v\\\\d{2}"}[{period}]))', words)}`);

    expect(metricOfSlot(spec, 'a', spec.metrics['failed'] ?? missing())).toMatchObject({
      query: 'sum(rate(x{pod="left",path=~"/v\\\\d{2}"}[60s]))',
      factor: 0.001,
      isCount: false,
      zeroWhenMissing: true,
    });
  });

  test('is kept as it was written', () => {
    const spec = specOf(`${server}${query(good)}`);

    expect(storedSpec.parse(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
  });

  test.each([
    [
      'without a server',
      query(good),
      'failed is a query, but the spec names no server, expected `prometheus` with url or workspace',
    ],
    [
      'the same for both slots',
      `${server}${query('sum(increase(x[{period}]))')}`,
      'the query of failed is the same for both slots, expected one that tells them apart, such as up{service="{service}"}',
    ],
    [
      'of the newest sample, however old',
      `${server}${query('x{s="{slot}"}')}`,
      'the query of failed reads the newest sample, which may be five minutes old, expected a range such as increase(...[{period}]), or last_over_time(...[{period}])',
    ],
    [
      'that counts a request in several periods',
      `${server}${query('sum(increase(x{s="{slot}",a="[1m]"}[5m]))')}`,
      'the query of failed reads ranges of 5m, but the period is 1m: a request would be counted in several periods or in none, expected [{period}]',
    ],
    [
      'that makes zero of nothing',
      `${server}${query('sum(increase(x{s="{slot}"}[1m])) or vector(0)')}`,
      'the query of failed makes a number of nothing by vector(), expected `missing: zero`, which asks for requests',
    ],
    [
      'with a placeholder that nobody fills',
      `${server}${query('sum(increase(x{s="{slto}",t="{slot}"}[60s]))')}`,
      'the query of failed has the placeholder {slto}, expected {service}, {slot}, {cluster}, {targetGroup}, {loadBalancer}, {period} or one of `words`',
    ],
  ])('%s is an error', (_, text, message) => {
    expect(found(text)).toEqual([`error: ${message}`]);
  });

  test.each([
    ['a longer range of a value', 'avg_over_time(x{s="{slot}"}[5m])', 'it would lag behind or jump'],
    ['another time', 'avg_over_time(x{s="{slot}"}[1m] offset 1w)', 'reads another time (offset or @)'],
    ['a fixed time', 'avg_over_time(x{s="{slot}"}[1m] @ 1609746000)', 'reads another time (offset or @)'],
  ])('%s is doubtful', (_, text, message) => {
    expect(found(`${server}${query(text, '    unit: seconds\n')}`)).toEqual([expect.stringMatching(/^warning: /)]);
    expect(found(`${server}${query(text, '    unit: seconds\n')}`)[0]).toContain(message);
  });

  test.each([
    ['too long', query('x'.repeat(1001)), 'expected a PromQL query of up to 1000 characters'],
    ['empty', query(''), 'expected a PromQL query of up to 1000 characters'],
    ['with control characters', query('a\u0007b'), 'expected a query without control characters'],
    ['beside a namespace', query(good, '    namespace: Shop\n'), 'does not go with the other keys'],
    [
      'a word that ends the text',
      query(good, '    words: { a: { x: "\\"" }, b: { x: y } }\n'),
      'without quotes and backslashes',
    ],
  ])('%s is refused', (_, text, message) => {
    expect(complaints(`${minimalSpec}${server}${text}`).join('\n')).toContain(message);
  });
});

describe('the server of a spec', () => {
  const of = (text: string) => complaints(`${minimalSpec}prometheus: ${text}\n`).join('\n');
  const workspace = 'ws-0123abcd-4567-89ab-cdef-0123456789ab';

  test.each([
    '{ url: https://prometheus.example.com/base, token: "ssm:/sluice/production/prometheus/token" }',
    '{ url: "https://prometheus.example.com:9443", basic: "secretsmanager:sluice/prometheus/reader#pair" }',
    `{ workspace: ${workspace} }`,
    `{ workspace: ${workspace}, region: us-gov-west-1 }`,
  ])('%s is fine', (text) => {
    expect(of(text)).toBe('');
  });

  test.each([
    ['no TLS', '{ url: http://prometheus.example.com }', 'expected an https URL'],
    ['this machine', '{ url: https://localhost }', 'expected an https URL'],
    ['a number', '{ url: https://127.0.0.1 }', 'expected an https URL'],
    ['the same number, hidden', '{ url: https://0x7f000001 }', 'expected an https URL'],
    ['metadata', '{ url: https://169.254.169.254/latest }', 'expected an https URL'],
    ['an address in IPv6', '{ url: "https://[::1]" }', 'expected an https URL'],
    ['a user', '{ url: https://me:pass@prometheus.example.com }', 'expected a URL without user, query and fragment'],
    ['a query', '{ url: "https://prometheus.example.com/?x=1" }', 'expected a URL without user, query and fragment'],
    ['another protocol', '{ url: file:///etc/passwd }', 'expected an https URL'],
    ['too long', `{ url: https://prometheus.example.com/${'a'.repeat(500)} }`, 'expected at most 500 characters'],
    ['the secret itself', '{ url: https://p.example.com, token: hunter2 }', 'this is not where a secret is kept'],
    [
      "a channel's secret",
      '{ url: https://p.example.com, token: "ssm:/sluice/production/chat" }',
      'in a folder `prometheus`',
    ],
    [
      'a way out of the folder',
      '{ url: https://p.example.com, token: "ssm:/sluice/prometheus/../chat/x" }',
      'in a folder `prometheus`',
    ],
    [
      'two secrets',
      '{ url: https://p.example.com, token: "ssm:/sluice/prometheus/a", basic: "ssm:/sluice/prometheus/b" }',
      'both `token` and `basic` are given, expected one',
    ],
    ['another id', '{ workspace: ws-1 }', 'expected the id of a workspace'],
    ['a region that would be a host', `{ workspace: ${workspace}, region: "evil.example.com/" }`, 'expected a region'],
    ['both', `{ workspace: ${workspace}, url: https://p.example.com }`, 'expected either `url`, or `workspace`'],
  ])('%s is refused', (_, text, message) => {
    expect(of(text)).toContain(message);
    expect(of(text)).not.toContain('hunter2');
  });
});

function missing(): never {
  throw new Error('the metric is missing');
}
