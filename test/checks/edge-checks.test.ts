import type { BalancerFacts, TargetGroupFacts } from '../../lib/drivers/balancer-facts.ts';
import type { TlsFacts } from '../../lib/ports/service-facts.ts';
import { modelArns } from '../model/model-world.ts';
import type { Alterations } from '../usecases/watched-world.ts';
import { fourTests } from './four-tests.ts';

const url = { url: 'https://shop.example.com' };
const shown = (facts: Partial<TlsFacts>): Alterations => ({
  facts: {
    tls: () => Promise.resolve({ validUntil: '2026-12-31T00:00:00.000Z', protocol: 'TLSv1.3', ...facts }),
  },
});

fourTests('certificate-chain', {
  passes: [
    { when: 'it is accepted', spec: url, world: shown({}), saw: 'shop.example.com is accepted' },
    {
      when: 'a host is named',
      settings: { host: 'api.example.com' },
      world: shown({}),
      saw: 'api.example.com is accepted',
    },
    { when: 'there is no host', skipped: true, saw: 'neither `host` nor an https `url` is written' },
  ],
  fails: [
    {
      when: 'it is not accepted',
      spec: url,
      world: shown({ refused: 'it is self-signed' }),
      saw: 'shop.example.com is not accepted: it is self-signed',
    },
  ],
});

fourTests('certificate-days', {
  passes: [
    {
      when: 'exactly enough days are left',
      spec: url,
      world: shown({ validUntil: '2026-03-15T10:00:00.000Z' }),
      saw: 'valid until 2026-03-15T10:00:00.000Z: 14 days left, at least 14',
    },
  ],
  fails: [
    {
      when: 'a second less is left',
      spec: url,
      world: shown({ validUntil: '2026-03-15T09:59:59.000Z' }),
      saw: /: 13 days left, at least 14$/,
    },
    {
      when: 'the spec wants more',
      spec: url,
      settings: { days: 60 },
      world: shown({ validUntil: '2026-03-31T10:00:00.000Z' }),
      saw: /: 30 days left, at least 60$/,
    },
    {
      when: 'it has expired',
      spec: url,
      world: shown({ validUntil: '2026-02-27T10:00:00.000Z' }),
      saw: /: -2 days left/,
    },
  ],
});

fourTests('tls-1-3', {
  passes: [{ when: 'it is agreed on', spec: url, world: shown({}), saw: 'shop.example.com agreed on TLSv1.3' }],
  fails: [
    {
      when: 'an older one is',
      spec: url,
      world: shown({ protocol: 'TLSv1.2' }),
      saw: 'shop.example.com agreed on TLSv1.2',
    },
  ],
});

const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
const resolving = (known: Readonly<Record<string, readonly string[]>>): Alterations => ({
  probe: {
    addressesOf: (host) => {
      const found = known[host];
      return found === undefined ? Promise.reject(notFound) : Promise.resolve(found);
    },
  },
});

fourTests('dns', {
  passes: [
    {
      when: 'the host of the url resolves',
      spec: url,
      world: resolving({ 'shop.example.com': ['192.0.2.1', '192.0.2.2'] }),
      saw: 'shop.example.com: 2 addresses',
    },
    { when: 'there is no name', skipped: true, saw: 'neither `hosts` nor `url` is written' },
  ],
  fails: [
    { when: 'the host of the url does not', spec: url, world: resolving({}), saw: 'no address: shop.example.com' },
    {
      when: 'one of several does not',
      settings: { hosts: ['a.example.com', 'b.example.com'] },
      world: resolving({ 'a.example.com': ['192.0.2.1'] }),
      saw: 'no address: b.example.com',
    },
    {
      when: 'a name has no address',
      spec: url,
      world: resolving({ 'shop.example.com': [] }),
      saw: 'no address: shop.example.com',
    },
  ],
});

const balancer = (facts: Partial<BalancerFacts>): Alterations => ({
  facts: { balancer: () => Promise.resolve({ state: 'active', zones: 2, ...facts }) },
});

fourTests('balancer', {
  passes: [
    { when: 'it is active in two zones', world: balancer({}), saw: 'active, 2 zones' },
    {
      when: 'one zone is enough for the spec',
      settings: { zones: 1 },
      world: balancer({ zones: 1 }),
      saw: 'active, 1 zones',
    },
  ],
  fails: [
    { when: 'it is in one zone', world: balancer({ zones: 1 }), saw: 'active, 1 zones' },
    { when: 'it is not active', world: balancer({ state: 'provisioning' }), saw: 'provisioning, 2 zones' },
  ],
});

/** What ELB says of the target groups of both slots. */
const groups = (a: Partial<TargetGroupFacts>, b: Partial<TargetGroupFacts> = a): Alterations => ({
  facts: {
    targetGroup: (arn) => Promise.resolve({ attributes: {}, settings: {}, ...(arn === modelArns.groupA ? a : b) }),
  },
});

fourTests('target-groups-alike', {
  passes: [
    {
      when: 'they are',
      world: groups({ settings: { HealthCheckPath: '/health', Protocol: 'HTTP' } }),
      saw: 'both alike',
    },
  ],
  fails: [
    {
      when: 'the health checks ask other paths',
      world: groups({ settings: { HealthCheckPath: '/health' } }, { settings: { HealthCheckPath: '/' } }),
      saw: 'HealthCheckPath: /health beside /',
    },
    {
      when: 'one slot alone says something',
      world: groups({}, { settings: { Matcher: '200-499' } }),
      saw: 'Matcher: none beside 200-499',
    },
  ],
});

const delay = (seconds: string) => ({ attributes: { 'deregistration_delay.timeout_seconds': seconds } });

fourTests('deregistration-delay', {
  passes: [
    { when: 'it is AWS’s default', world: groups({}), saw: '300 s, at most 300 s' },
    { when: 'it is short', world: groups(delay('30')), saw: '30 s, at most 300 s' },
  ],
  fails: [
    { when: 'it is 0', world: groups(delay('0')), saw: '0 s, at most 300 s' },
    {
      when: 'it is longer than the limit',
      settings: { longest: '60s' },
      world: groups(delay('120')),
      saw: '120 s, at most 60 s',
    },
    {
      when: 'it differs',
      world: groups(delay('30'), delay('60')),
      saw: 'deregistration_delay.timeout_seconds: 30 beside 60',
    },
  ],
});

const sticky = (enabled: string, seconds = '60') => ({
  attributes: { 'stickiness.enabled': enabled, 'stickiness.lb_cookie.duration_seconds': seconds },
});

fourTests('target-stickiness', {
  passes: [
    { when: 'it is off for both', world: groups(sticky('false')), saw: 'off for both' },
    { when: 'it is on for both', world: groups(sticky('true')), saw: 'on for both' },
  ],
  fails: [
    {
      when: 'it is on for one alone',
      world: groups(sticky('true'), sticky('false')),
      saw: 'stickiness.enabled: true beside false',
    },
    {
      when: 'its duration differs',
      world: groups(sticky('true'), sticky('true', '3600')),
      saw: 'stickiness.lb_cookie.duration_seconds: 60 beside 3600',
    },
  ],
});

const answer = (headers: Readonly<Record<string, string>>): Alterations => ({
  probe: { get: () => Promise.resolve({ status: 200, milliseconds: 3, headers }) },
});

fourTests('security-headers', {
  passes: [
    {
      when: 'all are there',
      world: answer({ 'strict-transport-security': 'max-age=1', 'x-content-type-options': 'nosniff' }),
      saw: 'all 2 are there',
    },
    {
      when: 'those that are named are there, in any case',
      settings: { names: ['X-Frame-Options'] },
      world: answer({ 'x-frame-options': 'DENY' }),
      saw: 'all 1 are there',
    },
  ],
  fails: [
    {
      when: 'one is missing',
      world: answer({ 'x-content-type-options': 'nosniff' }),
      saw: 'missing: strict-transport-security',
    },
    { when: 'there is none', world: answer({}), saw: 'missing: strict-transport-security, x-content-type-options' },
  ],
});

const times = (...milliseconds: readonly number[]): Alterations => {
  let call = 0;
  return {
    probe: {
      get: () => {
        call += 1;
        return Promise.resolve({ status: 200, milliseconds: milliseconds[(call - 1) % milliseconds.length] ?? 0 });
      },
    },
  };
};

fourTests('response-time', {
  passes: [
    { when: 'the fastest of three is fast enough', world: times(400, 300, 99), saw: '99 ms, the limit is 100 ms' },
    {
      when: 'the limit is higher',
      settings: { limit: '500ms' },
      world: times(450),
      saw: '450 ms, the limit is 500 ms',
    },
  ],
  fails: [{ when: 'all three are slow', world: times(400, 300, 101), saw: '101 ms, the limit is 100 ms' }],
});

const cluster = (status: string | undefined): Alterations => ({
  facts: { clusterStatus: () => Promise.resolve(status) },
});

fourTests('cluster', {
  passes: [{ when: 'it is active', world: cluster('ACTIVE'), saw: 'main is ACTIVE' }],
  fails: [
    { when: 'it is being deleted', world: cluster('DEPROVISIONING'), saw: 'main is DEPROVISIONING' },
    { when: 'there is none', world: cluster(undefined), saw: 'no cluster main' },
  ],
});
