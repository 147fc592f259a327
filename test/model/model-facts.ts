import type { ServiceFacts } from '../../lib/ports/service-facts.ts';

/** Facts of a service that has all that checks ask for; a test changes what it is about. */
export function modelFacts(): ServiceFacts {
  return {
    imageConfiguration: () => Promise.resolve({ user: 'app', architectures: ['amd64'] }),
    imageBytes: () => Promise.resolve(120_000_000),
    imageScan: () => Promise.resolve({ status: 'COMPLETE', findings: [] }),
    balancer: () => Promise.resolve({ state: 'active', zones: 2 }),
    targetGroup: () => Promise.resolve({ attributes: {}, settings: {} }),
    tls: () => Promise.resolve({ validUntil: '2030-01-01T00:00:00.000Z', protocol: 'TLSv1.3' }),
    alarms: (names) =>
      Promise.resolve(names.map((name) => ({ name, state: 'OK', reason: 'within its limit', actions: 1 }))),
    hasDashboard: () => Promise.resolve(true),
    logGroup: (name) => Promise.resolve({ name, retentionDays: 30 }),
    database: () =>
      Promise.resolve({
        sql: {
          version: '15.18',
          tls: 'TLSv1.3',
          isReadOnly: false,
          connections: { used: 10, most: 100, ofService: 4 },
        },
      }),
    cache: () =>
      Promise.resolve({
        redis: { version: '7.0.15', tls: 'TLSv1.3', isLoading: false, memory: { used: 10_000_000, most: 100_000_000 } },
      }),
    bucket: (_, { writes }) => Promise.resolve({ bucket: { isWritten: writes } }),
    clusterStatus: () => Promise.resolve('ACTIVE'),
  };
}
