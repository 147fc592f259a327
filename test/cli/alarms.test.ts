import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cloudWatchAlarmAdmin } from '../../lib/cli/alarms/cloudwatch-alarm-admin.ts';
import { metricsIn, mostMetrics, serviceAlarms } from '../../lib/cli/alarms/service-alarms.ts';
import type { AlarmAdmin, NotifyingAlarm } from '../../lib/cli/alarms/alarm-admin.ts';
import { modelArns, modelSpec } from '../model/model-world.ts';
import { FakeCli } from './cli-harness.ts';

/** The alarms of an account, kept in memory. */
class Alarms implements AlarmAdmin {
  readonly kept = new Map<string, NotifyingAlarm>();
  readonly tags: unknown[] = [];
  existing(prefix: string) {
    return Promise.resolve([...this.kept.values()].filter(({ name }) => name.startsWith(prefix)));
  }
  put(alarm: NotifyingAlarm, tags: unknown) {
    this.kept.set(alarm.name, alarm);
    this.tags.push(tags);
    return Promise.resolve();
  }
  remove(names: readonly string[]) {
    for (const name of names) this.kept.delete(name);
    return Promise.resolve();
  }
}

const topic = 'arn:aws:sns:eu-west-1:111122223333:on-call';
let cli: FakeCli;
let alarms: Alarms;

beforeEach(async () => {
  cli = new FakeCli();
  alarms = new Alarms();
  cli.alarms = alarms;
  await cli.store.putSpec(modelSpec(), 'ada', '2026-03-01T09:00:00.000Z');
});

const named = (name: string) => alarms.kept.get(`sluice/production/web/${name}`);

test('of a service behind two load balancers nothing is made: alarms of one would be blind for the other', async () => {
  const spec = modelSpec();
  const other = modelArns.rule.replace('/app/main/', '/app/partners/');
  await cli.store.putSpec(
    { ...spec, traffic: [{ rule: modelArns.rule }, { rule: other }] },
    'ada',
    '2026-03-01T09:30:00.000Z',
    1,
  );

  for (const command of ['alarms apply web', 'alarms plan web', 'alarms dashboard web']) {
    const { code, out, err } = await cli.run(command);

    expect({ command, code, out }).toEqual({ command, code: 1, out: [] });
    expect(err.join()).toContain('comes through 2 load balancers (app/main/');
  }
  expect(alarms.kept.size).toBe(0);
});

describe('the standing set of a service', () => {
  const set = serviceAlarms('production', modelSpec(), { queue: 'jobs', cache: 'sessions-001', database: 'shop' });

  test('stays within the limit of ten metrics an alarm, and has the limits of the requirements', () => {
    expect(set.filter((alarm) => metricsIn(alarm) > mostMetrics)).toEqual([]);
    const brief = set.map(({ name, above, threshold, minutes, slot = '' }) =>
      [name.replace('sluice/production/web/', ''), above ? '>' : '<', threshold, `${String(minutes)}m`, slot].join(' '),
    );
    expect(brief).toEqual([
      'error-rate > 5 2m ',
      'latency-p95 > 5 5m ',
      'latency-p99 > 1 5m ',
      'cpu > 80 10m ',
      'memory > 85 10m ',
      'slot-a/error-rate > 5 2m a',
      'slot-a/latency-p95 > 5 5m a',
      'slot-b/error-rate > 5 2m b',
      'slot-b/latency-p95 > 5 5m b',
      'queue-backlog > 1000 10m ',
      'cache-hits < 80 10m ',
      'database-storage < 2000000000 10m ',
    ]);
  });

  test('reads both slots at once, and a slot alone', () => {
    const groups = (name: string) =>
      set
        .find((alarm) => alarm.name.endsWith(name))
        ?.queries.flatMap(({ metric }) => metric?.dimensions['TargetGroup'] ?? []);

    expect(new Set(groups('web/error-rate')).size).toBe(2);
    expect(new Set(groups('slot-b/error-rate')).size).toBe(1);
    expect(set[0]?.queries.at(-1)?.expression).toBe(
      'IF((FILL(r0,0)+FILL(r1,0))>=20,100*(FILL(e0,0)+FILL(e1,0))/(FILL(r0,0)+FILL(r1,0)),0)',
    );
  });
});

describe('sluice alarms', () => {
  test('plan shows what would be made and what it costs a month, and changes nothing', async () => {
    const { code, out, err } = await cli.run(`alarms plan web --notify ${topic}`);

    expect([code, err]).toEqual([0, []]);
    expect(out.find((line) => line.includes('/slot-a/error-rate'))).toMatch(/^create .+ rolls back +2 +\$0\.20/);
    expect(out.find((line) => line.includes('web/error-rate'))).toMatch(/^create .+ notifies +4 +\$0\.40/);
    expect(out.at(-1)).toContain('$1.80 a month');
    expect(alarms.kept.size).toBe(0);
  });

  test('apply makes them, tagged, and says what to add to the spec', async () => {
    const { code, out } = await cli.run(`alarms apply web --notify ${topic} --yes`);

    expect(code).toBe(0);
    expect(alarms.kept.size).toBe(9);
    expect(named('error-rate')?.notifies).toEqual([topic]);
    expect(named('slot-a/error-rate')?.notifies).toEqual([]);
    expect(alarms.tags[0]).toEqual({ 'sluice:service': 'web', 'sluice:stage': 'production' });
    expect(out).toContain('  - sluice/production/web/slot-a/error-rate');
    expect(out).not.toContain('  - sluice/production/web/error-rate');
  });

  test('apply again changes nothing, and asks nobody', async () => {
    await cli.run(`alarms apply web --notify ${topic} --yes`);
    alarms.tags.length = 0;

    expect((await cli.run(`alarms apply web --notify ${topic}`)).code).toBe(0);
    expect([alarms.tags, cli.asked]).toEqual([[], []]);
  });

  test('apply puts back what others changed, and removes what is no longer of the set', async () => {
    await cli.run(`alarms apply web --notify ${topic} --queue jobs --yes`);
    const before = named('cpu');
    if (before !== undefined) alarms.kept.set(before.name, { ...before, threshold: 99 });

    const { out } = await cli.run(`alarms apply web --notify ${topic} --yes`);

    expect(out.filter((line) => /^(?:change|remove) /.test(line)).map((line) => line.split(/ +/)[1])).toEqual([
      'sluice/production/web/cpu',
      'sluice/production/web/queue-backlog',
    ]);
    expect([named('cpu')?.threshold, named('queue-backlog')]).toEqual([80, undefined]);
  });

  test('apply without a yes makes nothing', async () => {
    cli.answer = 'n';

    expect((await cli.run('alarms apply web')).code).toBe(1);
    expect(alarms.kept.size).toBe(0);
  });

  test('without a topic says that nobody is notified', async () => {
    expect((await cli.run('alarms plan web')).err).toEqual(['note: nobody is notified. Name a topic with --notify.']);
  });

  test('remove takes those of the service away, and no others', async () => {
    await cli.run(`alarms apply web --notify ${topic} --yes`);
    const own = named('cpu');
    if (own !== undefined)
      alarms.kept.set('sluice/production/web-2/cpu', { ...own, name: 'sluice/production/web-2/cpu' });

    const { out } = await cli.run('alarms remove web --yes');

    expect([...alarms.kept.keys()]).toEqual(['sluice/production/web-2/cpu']);
    expect(out).toEqual(['Removed 9 alarms. Take them out of `alarms` in the spec, too.']);
  });

  test('dashboard prints both slots in each panel, limits across, and rollouts as lines in time', async () => {
    await cli.open('web-1');

    const { code, out } = await cli.run('alarms dashboard web');

    expect(code).toBe(0);
    expect(JSON.parse(out.join('\n'))).toMatchObject({
      widgets: expect.arrayContaining([
        expect.objectContaining({
          properties: expect.objectContaining({
            title: 'web: CPU',
            metrics: [
              expect.arrayContaining(['ServiceName', 'web-a']),
              expect.arrayContaining(['ServiceName', 'web-b']),
            ],
            annotations: {
              horizontal: [{ value: 80, label: 'alarm above 80 %' }],
              vertical: [expect.objectContaining({ value: expect.stringMatching(/^2026-/) })],
            },
          }),
        }),
      ]),
    });
    expect(alarms.kept.size).toBe(0);
  });

  test('of a service without a spec says what to do', async () => {
    const { code, err } = await cli.run('alarms plan other');

    expect([code, err.join()]).toEqual([1, expect.stringContaining('has no spec of a service "other"')]);
  });

  test.each(['--notify nobody', '--queue a/b', '--backlog 0'])('refuses %s', async (option) => {
    expect((await cli.run(`alarms plan web ${option}`)).code).not.toBe(0);
  });
});

describe('the alarms of CloudWatch', () => {
  let server: Server;
  const calls: { readonly operation: string; readonly body: string }[] = [];

  beforeEach(async () => {
    calls.length = 0;
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        calls.push({ operation: String(request.headers['x-amz-target']), body });
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const admin = () => {
    const { port } = server.address() as AddressInfo;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    return cloudWatchAlarmAdmin(
      new CloudWatchClient({ endpoint: `http://127.0.0.1:${String(port)}`, region: 'eu-west-1', credentials }),
    );
  };

  test('are put with one query that is compared, and missing data that breaches nothing', async () => {
    const [errors] = serviceAlarms('production', modelSpec());
    if (errors === undefined) throw new Error('there is no alarm');

    await admin().put({ ...errors, notifies: [topic] }, { 'sluice:service': 'web' });

    const [{ operation, body } = { operation: '', body: '' }] = calls;
    expect(operation).toContain('PutMetricAlarm');
    for (const part of ['notBreaching', 'GreaterThanThreshold', 'HTTPCode_Target_5XX_Count', topic, 'sluice:service'])
      expect(body).toContain(part);
    expect(body.match(/"ReturnData":true/g)).toHaveLength(1);
  });

  test('are deleted a hundred at a time', async () => {
    await admin().remove(Array.from({ length: 101 }, (_, index) => `sluice/production/web/${String(index)}`));

    expect(calls.map(({ operation }) => operation.split('.').at(-1))).toEqual(['DeleteAlarms', 'DeleteAlarms']);
  });
});
