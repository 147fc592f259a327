import { expect, test } from '@jest/globals';
import { plainSecrets } from '../../lib/checks/plain-secrets.ts';
import { runCheck } from '../../lib/checks/run-check.ts';
import type { AlarmFacts } from '../../lib/ports/service-facts.ts';
import { modelSpec } from '../model/model-world.ts';
import { journeyTo } from '../usecases/journey.ts';
import { altered, type Alterations } from '../usecases/watched-world.ts';
import { fourTests } from './four-tests.ts';
import { taskDefinition } from './task-definition.ts';

const named = { alarms: ['web-errors', 'web-latency'] };
/** Alarms that exist, each with what is said of it besides. */
const alarms = (...those: readonly Partial<AlarmFacts>[]): Alterations => {
  const all = those.map((one, index) => ({
    name: named.alarms[index] ?? '',
    state: 'OK',
    reason: 'within its limit',
    actions: 1,
    ...one,
  }));
  return { facts: { alarms: (names) => Promise.resolve(all.filter(({ name }) => names.includes(name))) } };
};

fourTests('alarms-exist', {
  passes: [
    { when: 'all do', spec: named, world: alarms({}, {}), saw: '2 alarms' },
    {
      when: 'those that the check names do',
      settings: { names: ['web-errors'] },
      world: alarms({}, {}),
      saw: '1 alarms',
    },
    { when: 'none is named', skipped: true, saw: 'neither `names` nor `alarms` of the spec names one' },
  ],
  fails: [
    { when: 'one is missing', spec: named, world: alarms({}), saw: 'web-latency does not exist' },
    { when: 'one notifies no one', spec: named, world: alarms({}, { actions: 0 }), saw: 'web-latency notifies no one' },
  ],
});

fourTests('alarms-quiet', {
  passes: [
    { when: 'none rings', spec: named, world: alarms({}, { state: 'INSUFFICIENT_DATA' }), saw: '2 alarms, none rings' },
  ],
  fails: [
    {
      when: 'one rings',
      spec: named,
      world: alarms({}, { state: 'ALARM', reason: 'Threshold Crossed' }),
      saw: 'web-latency: Threshold Crossed',
    },
    { when: 'none exists', spec: named, world: alarms(), saw: 'none of web-errors, web-latency exists' },
  ],
});

fourTests('alarms-have-data', {
  passes: [{ when: 'all have', spec: named, world: alarms({}, { state: 'ALARM' }), saw: '2 alarms with data' }],
  fails: [
    {
      when: 'one has none',
      spec: named,
      world: alarms({}, { state: 'INSUFFICIENT_DATA' }),
      saw: 'web-latency has no data',
    },
    { when: 'one does not exist', spec: named, world: alarms({}), saw: 'web-latency does not exist' },
  ],
});

/** Green that logs to one group, and what CloudWatch knows of it. */
const logs = (retentionDays: number | undefined | 'none'): Alterations => ({
  ...taskDefinition({ settings: { 'logConfiguration.options.awslogs-group': '/ecs/web' } }),
  facts: {
    logGroup: (name) => Promise.resolve(retentionDays === 'none' ? undefined : { name, retentionDays }),
  },
});

fourTests('log-groups', {
  passes: [
    { when: 'the group keeps logs for a month', world: logs(30), saw: '/ecs/web: keeps logs for 30 days' },
    {
      when: 'no container logs to CloudWatch',
      skipped: true,
      world: taskDefinition({}),
      saw: 'no container logs to CloudWatch',
    },
  ],
  fails: [
    { when: 'it does not exist', world: logs('none'), saw: '/ecs/web: does not exist' },
    { when: 'it keeps logs for ever', world: logs(undefined), saw: '/ecs/web: keeps logs for ever' },
    {
      when: 'it keeps them for too short',
      settings: { days: 30 },
      world: logs(14),
      saw: '/ecs/web: keeps logs for 14 days',
    },
  ],
});

const dashboard = (isThere: boolean): Alterations => ({ facts: { hasDashboard: () => Promise.resolve(isThere) } });

fourTests('dashboard', {
  passes: [{ when: 'it exists', settings: { name: 'web' }, world: dashboard(true), saw: 'web exists' }],
  fails: [{ when: 'it does not', settings: { name: 'web' }, world: dashboard(false), saw: 'web does not exist' }],
});

/** Secrets as they leak, each split so that none stands in this file whole. */
const planted = {
  AWS_KEY: ['AKIA', 'Q3EGRIJBWVYAL7XZ'].join(''),
  GITHUB: ['ghp', '_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join(''),
  SLACK: ['xoxb', '-123456789012-abcdefghijkl'].join(''),
  STRIPE: ['sk_live', '_51HxYzAbCdEfGhIj'].join(''),
  PEM: ['-----BEGIN', ' RSA PRIVATE KEY-----\nMIIE'].join(''),
  JWT: ['eyJ', 'hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'].join(''),
  DATABASE: ['postgres://shop:', 'hunter2', '@db.example.com/shop'].join(''),
};

fourTests('plain-secrets', {
  passes: [
    {
      when: 'values are settings',
      world: taskDefinition({
        environment: { LEVEL: 'info', URL: 'https://example.com/path?x=1', DIGEST: `sha256:${'a'.repeat(64)}` },
      }),
      saw: '3 variables, none looks like a secret',
    },
  ],
  fails: [
    {
      when: 'a value is an access key, whatever its variable is called',
      world: taskDefinition({ environment: { LEVEL: planted.AWS_KEY } }),
      saw: 'looks like a secret: app: LEVEL',
    },
  ],
});

test.each(Object.entries(planted))(
  'no result shows the planted secret of %s, and the check finds it',
  async (name, secret) => {
    const journey = await journeyTo('opened', { spec: modelSpec({ checks: { 'plain-secrets': {} } }) });
    const world = altered(journey.world, taskDefinition({ environment: { [name]: secret } }));

    const found = await runCheck(plainSecrets, (await journey.stored()).state, world, { severity: 'block' });

    expect(found).toMatchObject({ result: 'failed', saw: `looks like a secret: app: ${name}` });
    expect(JSON.stringify(found)).not.toContain(secret.slice(-8));
  },
);
