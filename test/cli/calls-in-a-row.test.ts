import { describe, expect, test } from '@jest/globals';
import { openedEvent, toFinishing } from '../contract/opened-event.ts';
import { modelSpec } from '../model/model-world.ts';
import type { ReleaseOpened } from '../../lib/releases/release-events.ts';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { emergencyOfWeb, incidentOfWeb } from '../view/incident-scenarios.ts';
import { CountedAws } from './aws-calls.ts';
import { checkedOn } from './checked-aws.ts';
import { FakeCli } from './cli-harness.ts';

const rolloutId = 'web-20260301-100000-abcdef';
const at = '2026-03-01T10:00:00.000Z';

async function cliOnAws(more: readonly RolloutEvent[] = []): Promise<{ cli: FakeCli; aws: CountedAws }> {
  const aws = new CountedAws();
  const { store } = aws;
  for (const service of ['web', 'api', 'shop']) await store.putSpec(modelSpec({ service }), 'ada', at);
  await store.open(rolloutId, openedEvent(), at);
  for (const event of [...toFinishing.slice(0, 5), { type: 'TrafficShifted', step: 0, weight: 10 } as const, ...more]) {
    const stored = await store.load(rolloutId);
    if (stored === undefined) throw new Error('Nothing is open.');
    await store.append(stored, [event], at);
  }
  await aws.incidents.putIncident('web', incidentOfWeb({ toldIn: rolloutId }), undefined);
  await aws.emergencies.putEmergency('web', emergencyOfWeb({ toldIn: rolloutId }), undefined);
  const { incidents, emergencies, releases } = aws;
  await releases.open(openedCheckout, at);
  const cli = Object.assign(new FakeCli(), { store, incidents, emergencies, releases, seen: aws.seen, logs: aws.logs });
  cli.alarms = aws.alarms;
  aws.begin();
  return { cli, aws };
}

const openedCheckout: ReleaseOpened = {
  ...{ type: 'ReleaseOpened', releaseId: 'checkout-20260301-100000-abcdef', release: 'checkout' },
  ...{ onFailure: 'rollBackAll', requestedBy: 'ana', traceId: 'trace', executionArn: 'arn:checkout' },
  members: [{ service: 'shop', digest: `sha256:${'b'.repeat(64)}`, after: [], needs: {}, unchanged: false }],
};

/** As large as twenty gates over as many periods make one. */
const large: RolloutEvent = {
  type: 'GreenAnalysed',
  step: 0,
  verdict: 'pass',
  reason: 'x'.repeat(9000),
  secondsLeft: 3,
  gates: [],
};

describe('a command that reads makes at most three calls of AWS in a row', () => {
  test.each([
    'status web',
    `status ${rolloutId}`,
    'status web --json',
    'get web',
    `get ${rolloutId} --json`,
    'list',
    'list --json',
    'list web',
    'history web',
    'watch --timeout 1s',
    'waiting',
    'open web',
    'incident status web',
    'incident status web --json',
    'incident update web',
    'incident report web',
    'emergency status web',
    'maintenance status web',
    'release status checkout',
    'history web --show 1',
    'report web',
    'delivery',
    'logs web --since 365d',
    `logs ${rolloutId} --side green`,
    'alarms plan web',
    'alarms dashboard web',
    'logs nothing',
    'status nothing',
    'list nothing',
  ])('sluice %s', async (command) => {
    const { cli, aws } = await cliOnAws();
    await cli.run(command);

    expect(aws.calls).toBeGreaterThan(0);
    expect(aws.inRow).toBeLessThanOrEqual(command.startsWith('watch') ? 6 : 3);
  });

  test('also where the record has more than a page of the table holds', async () => {
    const { cli, aws } = await cliOnAws(Array.from({ length: 250 }, () => large));
    const { out } = await cli.run('get web --json');

    expect(out.join('').length).toBeGreaterThan(2 * 1024 * 1024);
    expect(aws.inRow).toBe(3);
  });

  test('and reads the lines of the tasks with them', async () => {
    const { cli } = await cliOnAws();
    const { out } = await cli.run('logs web --since 365000d');

    expect(out.join('\n')).toContain('listening');
  });

  test('and shows with them what stopped, whose targets are healthy, and what runs', async () => {
    const { cli } = await cliOnAws();
    const { out } = await cli.run('status web');

    expect(out.join('\n')).toContain('blue (slot a, web-a): 2 of 2 tasks running, 1 of 1 target healthy');
    expect(out.join('\n')).toContain('Task failed ELB health checks; app: exit code 137');
  });
});

describe('sluice check makes as many calls of AWS in a row as name each other', () => {
  const always = 'the spec, the tasks that serve, the digest that they run, its image';

  test.each([
    ['check web', 4, always, {}],
    ['check web --image 411-0000000', 4, always, {}],
    ['check web', 4, 'and, of the image, its size', { 'image-size': {} }],
    ['check web', 4, 'the rollouts of the service, and the one that was rolled back', { 'last-drill': { days: 30 } }],
    ['check web', 5, 'and of an image its manifest, then its configuration', { 'image-architecture': {} }],
  ])('sluice %s: %i (%s)', async (command, calls, _, checks) => {
    const { cli, aws } = await cliOnAws();
    await aws.store.putSpec(modelSpec({ checks }), 'ada', at);
    const { slots, registry, checked } = checkedOn(aws, cli);
    const [ofSlots, ofImages, ofChecks] = [slots, registry, checked].map((one) => () => Promise.resolve(one));
    Object.assign(cli, { slots: ofSlots, registry: ofImages, checked: ofChecks });
    aws.begin();
    const { out } = await cli.run(command);

    expect(out.filter((line) => line.startsWith('unknown'))).toEqual([]);
    expect(out.length).toBeGreaterThan(10);
    expect(aws.inRow).toBe(calls);
  });
});
