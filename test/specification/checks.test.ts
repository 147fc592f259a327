import { describe, expect, test } from '@jest/globals';
import { checks } from '../../lib/specification/checks.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { minimalSpec } from './example-spec.ts';

const publicKey = `MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE${'A'.repeat(86)}==`;

/** Every check with every setting, as a spec writes it. */
const everyCheck = `
checks:
  no-privileged: { severity: warn }
  non-root: { severity: warn }
  container-health-check: { severity: warn }
  log-driver: { severity: warn, allowed: [awslogs] }
  images-by-digest: { severity: warn, allowed: [proxy] }
  secrets-by-reference: { severity: warn, allowed: [AUTH_URL] }
  required-variables: { severity: warn, names: [REGION] }
  configuration-changes: { severity: warn, allowed: [LEVEL] }
  image-size: { severity: warn, megabytes: 500 }
  image-scan: { severity: warn, highest: LOW, allowed: [{ id: CVE-2026-1234, until: 2026-12-31, reason: no fix yet }] }
  image-architecture: { severity: warn }
  plain-secrets: { severity: warn }
  certificate-chain: { severity: warn, host: shop.example.com }
  certificate-days: { severity: warn, host: shop.example.com, days: 30 }
  tls-1-3: { severity: warn, host: 'shop.example.com:8443' }
  dns: { severity: warn, hosts: [shop.example.com] }
  balancer: { severity: warn, zones: 3 }
  target-groups-alike: { severity: warn }
  deregistration-delay: { severity: warn, longest: 60s }
  target-stickiness: { severity: warn }
  security-headers: { severity: warn, names: [x-frame-options] }
  response-time: { severity: warn, limit: 500ms }
  requests: { severity: warn }
  alarms-exist: { severity: warn, names: [web-errors] }
  alarms-quiet: { severity: warn, names: [web-errors] }
  alarms-have-data: { severity: warn, names: [web-errors] }
  log-groups: { severity: warn, days: 30 }
  dashboard: { severity: warn, name: web }
  cluster: { severity: warn }
  postgresql:
    severity: warn
    databases:
      - name: orders
        secret: secretsmanager:prod/orders
        host: orders.internal.example.com
        port: 5433
        database: orders
        role: any
        connections: 70
        serviceUser: shop
        migrations: { tool: flyway, expected: '42', table: public.flyway_schema_history }
  mysql:
    severity: warn
    databases: [{ name: orders, secret: 'ssm:/prod/orders', migrations: { tool: rails, expected: '20261130', table: versions } }]
  redis:
    severity: warn
    caches: [{ name: sessions, secret: secretsmanager:prod/sessions, host: cache.example.com, port: 6380, tls: false, memory: 90 }]
  http-dependencies:
    severity: warn
    dependencies: [{ name: payment, url: 'https://payment.example.com/health', within: 500ms, status: [200, 204] }]
    probe: true
  s3: { severity: warn, buckets: [{ bucket: orders-files, writes: true }] }
  attested: { severity: warn, from: staging, kinds: [rollout, integration], soak: 24h, notOlder: 7d, onAttested: start, keys: [{ key: ${publicKey}, kinds: [integration] }] }
  last-drill: { severity: block, days: 60 }
`;

const waivers = `
approvals: { required: [qa], people: [{ name: Ada, roles: [qa], mail: ada@example.com }] }
waivers:
  - { check: image-scan, image: 412-9f8d111, by: Ada, reason: not reachable, until: '2026-12-01T00:00:00Z' }
`;

const parsed = (more: string) => parseSpec(`${minimalSpec}${more}`, 'web.yml');

describe('checks of a spec', () => {
  test('may all be turned on with all of their settings', () => {
    const found = parsed(everyCheck);

    expect(found).toMatchObject({
      ok: true,
      spec: {
        checks: { 'response-time': { limit: 0.5 }, 'deregistration-delay': { longest: 60 }, dns: { severity: 'warn' } },
      },
    });
    expect(found.ok && Object.keys(found.spec.checks ?? {}).toSorted()).toEqual(Object.keys(checks.shape).toSorted());
  });

  test.each([
    ['no stage', `keys: [{ key: ${publicKey} }]`, 'checks.attested.from is missing, expected the name of a stage'],
    ['a stage that is none', `from: sta ging, keys: [{ key: ${publicKey} }]`, 'expected the name of a stage'],
    ['no key', 'from: staging, keys: []', 'expected at least one key'],
    ['keys that are left out', 'from: staging', 'checks.attested.keys is missing'],
    ['a key that is none', 'from: staging, keys: [{ key: MFkw }]', 'expected a public key on the curve P-256'],
    ['a key for no kind', `from: staging, keys: [{ key: ${publicKey}, kinds: [] }]`, 'expected at least one kind'],
    ['no kind', `from: staging, kinds: [], keys: [{ key: ${publicKey} }]`, 'expected at least one kind'],
    [
      'a kind that is none',
      `from: staging, kinds: [E2E], keys: [{ key: ${publicKey} }]`,
      'expected rollout, or the name of a suite',
    ],
    ['a soak without end', `from: staging, soak: 60d, keys: [{ key: ${publicKey} }]`, 'out of range'],
    [
      'an age without a unit',
      `from: staging, notOlder: 7, keys: [{ key: ${publicKey} }]`,
      'expected a duration with a unit',
    ],
  ])('refuse to be attested with %s', (_, written, why) => {
    const found = parsed(`checks: { attested: { ${written} } }`);

    expect(found.ok ? [] : found.findings.map(({ message }) => message)).toEqual([expect.stringContaining(why)]);
  });

  test.each([
    ['a password in place of where it is kept', 'secret: hunter2-planted', 'this is not where a secret is kept'],
    ['an address in place of a host', "secret: 'ssm:/a', host: 10.0.0.1", 'expected a host name'],
    [
      'SQL in place of a table',
      "secret: 'ssm:/a', migrations: { tool: rails, expected: '1', table: 'a; DROP' }",
      'expected the name of a table',
    ],
    ['a tool that is not known', "secret: 'ssm:/a', migrations: { tool: excel, expected: '1' }", 'expected flyway'],
    [
      'a version with quotes',
      `secret: 'ssm:/a', migrations: { tool: rails, expected: "1' OR '1" }`,
      'expected a version',
    ],
    ['a user that is none', "secret: 'ssm:/a', serviceUser: 'a b'", 'expected the name of a database user'],
  ])('ask no database with %s', (_, written, why) => {
    const found = parsed(`checks: { postgresql: { databases: [{ name: orders, ${written} }] } }`);
    const messages = found.ok ? [] : found.findings.map(({ message }) => message);

    expect(messages).toEqual([expect.stringContaining(why)]);
    expect(messages.join(' ')).not.toContain('hunter2');
  });

  test('are off where the spec does not name them', () => {
    expect(parsed('')).toMatchObject({ ok: true });
    expect(parsed('')).not.toHaveProperty('spec.checks');
  });

  test('that are not known are refused, with the one that is meant', () => {
    expect(parsed('checks: { image-sise: {} }\n')).toMatchObject({
      ok: false,
      findings: [{ message: expect.stringContaining('image-size') }],
    });
  });

  test('may be waived for one rollout by a person of the spec', () => {
    expect(parsed(`${everyCheck}${waivers}`)).toMatchObject({
      ok: true,
      spec: { waivers: [{ check: 'image-scan', by: 'Ada' }] },
    });
  });

  test.each([
    ['a check that is not turned on', waivers],
    ['a person who is not named', `${everyCheck}${waivers}`.replace('by: Ada', 'by: Zoe')],
  ])('may not be waived: %s', (_, more) => {
    expect(parsed(more)).toMatchObject({
      ok: false,
      findings: [{ message: expect.stringContaining('expected the name of') }],
    });
  });
});
