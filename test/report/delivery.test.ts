import { describe, expect, test } from '@jest/globals';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { FakeCli } from '../cli/cli-harness.ts';
import { type OpenedEvent, openedEvent, oneStep, succeeded, toFinishing } from '../contract/opened-event.ts';
import { modelSpec } from '../model/model-world.ts';

/** Rollouts whose events happen at given times. */
class Deliveries {
  readonly cli = new FakeCli();

  async opened(id: string, at: string, changes: Partial<OpenedEvent> = {}): Promise<void> {
    const service = id.slice(0, id.indexOf('-'));
    const spec = { ...oneStep, service };
    if ((await this.cli.store.spec(service)) === undefined) await this.cli.store.putSpec(spec, 'ada', at);
    await this.cli.store.open(id, openedEvent({ service, spec, ...changes }), at);
  }

  async at(id: string, at: string, ...events: readonly RolloutEvent[]): Promise<void> {
    const stored = await this.cli.store.load(id);
    if (stored === undefined) throw new Error(`There is no rollout ${id}.`);
    await this.cli.store.append(stored, events, at);
  }

  async deploy(id: string, openedAt: string, closedAt: string, changes: Partial<OpenedEvent> = {}): Promise<void> {
    await this.opened(id, openedAt, changes);
    await this.at(id, openedAt, ...toFinishing);
    await this.at(id, closedAt, succeeded);
  }

  /** With traffic on green from its opening on, rolled back at one time and restored at another. */
  async fail(id: string, openedAt: string, decidedAt: string, restoredAt: string): Promise<void> {
    await this.opened(id, openedAt);
    await this.at(id, openedAt, ...toFinishing.slice(0, 6));
    await this.at(id, decidedAt, { type: 'RollbackRequested', reason: 'errors', by: 'the rollout' });
    await this.at(id, restoredAt, { type: 'TrafficRestored', rules: 1 }, { type: 'RolledBack', reason: 'errors' });
  }

  async figures(args = 'delivery --since 2026-01 --json'): Promise<unknown> {
    this.cli.time = Date.parse('2026-03-14T12:00:00.000Z');
    const { out } = await this.cli.run(args);
    return JSON.parse(out.join('\n'));
  }
}

/** Two services in February and March 2026. Times are chosen so that each figure can be counted by hand. */
async function sample(): Promise<Deliveries> {
  const all = new Deliveries();
  // February, web: three deployments with lead times of 4 h (from the push, 30 min from the opening), 2 h and 1 h.
  await all.deploy('web-20260202-1', '2026-02-02T10:30:00.000Z', '2026-02-02T11:00:00.000Z', {
    pushedAt: '2026-02-02T07:00:00.000Z',
  });
  await all.deploy('web-20260210-1', '2026-02-10T10:00:00.000Z', '2026-02-10T12:00:00.000Z');
  await all.deploy('web-20260220-1', '2026-02-20T08:00:00.000Z', '2026-02-20T09:00:00.000Z');
  // The last of them is undone by a person: all traffic is back 3 minutes after the rollback was opened.
  const back = { rollback: { to: 'version', reason: 'checkout fails', of: 'web-20260210-1' } } as const;
  await all.opened('web-20260221-1', '2026-02-21T09:00:00.000Z', back);
  await all.at('web-20260221-1', '2026-02-21T09:01:00.000Z', ...toFinishing.slice(0, 5));
  await all.at('web-20260221-1', '2026-02-21T09:03:00.000Z', ...toFinishing.slice(5));
  await all.at('web-20260221-1', '2026-02-21T09:10:00.000Z', succeeded);
  // One change goes back by a gate, restored within 20 s; one is stopped before any user got it; one is rejected.
  await all.fail('web-20260225-1', '2026-02-25T10:00:00.000Z', '2026-02-25T10:06:00.000Z', '2026-02-25T10:06:20.000Z');
  await all.opened('web-20260226-1', '2026-02-26T10:00:00.000Z');
  await all.at('web-20260226-1', '2026-02-26T10:00:00.000Z', ...toFinishing.slice(0, 2));
  await all.at(
    'web-20260226-1',
    '2026-02-26T10:10:00.000Z',
    { type: 'RollbackRequested', reason: 'not ready', by: 'the rollout' },
    { type: 'RolledBack', reason: 'not ready' },
  );
  await all.opened('web-20260227-1', '2026-02-27T10:00:00.000Z');
  await all.at('web-20260227-1', '2026-02-27T10:00:10.000Z', { type: 'RolloutRejected', reason: 'scan', results: [] });
  // Opened in February, ended in March: it counts in March. Its approval took 90 minutes.
  const people = [{ name: 'Ana', mail: 'ana@example.test', roles: ['qa'] }];
  const spec = modelSpec({
    service: 'shop',
    steps: [{ weight: 100, bake: '5s' }],
    approvals: { required: ['qa'], people },
  });
  await all.opened('shop-20260228-1', '2026-02-28T23:00:00.000Z', { spec });
  await all.at('shop-20260228-1', '2026-02-28T23:00:00.000Z', { type: 'PreChecksPassed', results: [] });
  await all.at('shop-20260228-1', '2026-02-28T23:00:00.000Z', {
    ...{ type: 'ApprovalRequested', required: ['qa'], asked: ['Ana'], until: '2026-03-01T23:00:00.000Z' },
  });
  await all.at(
    'shop-20260228-1',
    '2026-03-01T00:30:00.000Z',
    { type: 'Approved', by: 'Ana', how: 'link', roles: ['qa'] },
    { type: 'ApprovalGranted' },
    ...toFinishing,
  );
  await all.at('shop-20260228-1', '2026-03-01T01:00:00.000Z', succeeded);
  // Still under way: it counts nowhere.
  await all.opened('web-20260301-1', '2026-03-01T10:00:00.000Z');
  return all;
}

const web = {
  service: 'web',
  month: '2026-02',
  deployments: 3,
  deploymentsPerWeek: (3 * 7) / 28,
  changes: 4,
  failedChanges: 2,
  changeFailureRate: 0.5,
  stoppedBeforeUsers: 1,
  rejected: 1,
  // 4 h, 2 h, 1 h
  leadTimeSeconds: 7200,
  // 180 s and 20 s
  restoreSeconds: 100,
  notRestored: 0,
};

const shop = {
  service: 'shop',
  month: '2026-03',
  deployments: 1,
  // 14 of March's days have begun.
  deploymentsPerWeek: 0.5,
  changes: 1,
  failedChanges: 0,
  changeFailureRate: 0,
  stoppedBeforeUsers: 0,
  rejected: 0,
  leadTimeSeconds: 7200,
  notRestored: 0,
  approvalSeconds: 5400,
};

describe('sluice delivery', () => {
  test('equals the figures of a sample that were counted by hand', async () => {
    expect(await (await sample()).figures()).toEqual([
      { ...shop, service: 'all services' },
      shop,
      { ...web, service: 'all services' },
      web,
    ]);
  });

  test('shows one service, and months from the one that was asked for', async () => {
    const all = await sample();

    expect(await all.figures('delivery web --since 2026-01 --json')).toEqual([
      { ...web, service: 'all services' },
      web,
    ]);
    expect(await all.figures('delivery --since 2026-03 --json')).toEqual([{ ...shop, service: 'all services' }, shop]);
  });

  test('sums over services in the month, and medians are those of all their rollouts', async () => {
    const all = await sample();
    await all.deploy('api-20260205-1', '2026-02-05T10:00:00.000Z', '2026-02-05T18:00:00.000Z');
    const figures = await all.figures('delivery --since 2026-02 --json');

    // 1 h, 2 h, 4 h and 8 h: the mean of the two in the middle.
    expect(figures).toContainEqual({
      ...web,
      service: 'all services',
      ...{ deployments: 4, deploymentsPerWeek: 1, changes: 5, changeFailureRate: 0.4, leadTimeSeconds: 3 * 3600 },
    });
  });

  test('a change whose traffic was not put back is in no time to restore', async () => {
    const all = new Deliveries();
    const closer = { by: 'Ana', how: 'command', reason: 'by hand' } as const;
    await all.opened('web-20260202-1', '2026-02-02T10:00:00.000Z');
    await all.at('web-20260202-1', '2026-02-02T10:00:00.000Z', ...toFinishing.slice(0, 6));
    await all.at(
      'web-20260202-1',
      '2026-02-02T11:00:00.000Z',
      { type: 'RollbackRequested', reason: 'errors', by: 'the rollout' },
      { type: 'CloseRequested', ...closer, traffic: [] },
      { type: 'RollbackClosed', ...closer, serves: 'b', putBack: [], stays: [] },
    );

    // Green serves all traffic, as the person left it: it is a deployment, and a failed change.
    expect(await all.figures('delivery web --since 2026-02 --json')).toContainEqual(
      expect.objectContaining({
        ...{ service: 'web', deployments: 1, changes: 1, failedChanges: 1, notRestored: 1, leadTimeSeconds: 3600 },
      }),
    );
  });

  test('is a table for people, and CSV for a spreadsheet', async () => {
    const { cli } = await sample();
    cli.time = Date.parse('2026-03-14T12:00:00.000Z');

    expect((await cli.run('delivery shop --since 2026-02')).out).toEqual([
      'MONTH    SERVICE       DEPLOYED  A WEEK  FAILED        LEAD TIME  TO RESTORE  APPROVAL',
      '2026-03  all services  1         0.5     0 of 1 (0 %)  2h         –           1h30m',
      '2026-03  shop          1         0.5     0 of 1 (0 %)  2h         –           1h30m',
    ]);
    expect((await cli.run('delivery shop --since 2026-02 --csv')).out).toEqual([
      'service,month,deployments,deploymentsPerWeek,changes,failedChanges,changeFailureRate,stoppedBeforeUsers,rejected,leadTimeSeconds,restoreSeconds,notRestored,approvalSeconds',
      'all services,2026-03,1,0.5,1,0,0,0,0,7200,,0,5400',
      'shop,2026-03,1,0.5,1,0,0,0,0,7200,,0,5400',
    ]);
  });

  test('says that nothing has ended, or that there is no such service', async () => {
    const { cli } = await sample();
    cli.time = Date.parse('2026-09-14T12:00:00.000Z');

    expect(await cli.run('delivery web')).toEqual({ code: 0, out: [], err: ['No rollout has ended since 2026-04.'] });
    expect((await cli.run('delivery nothing')).err).toEqual([
      expect.stringContaining('knows no rollout and no service "nothing"'),
    ]);
    expect((await cli.run('delivery --since 2026-13')).code).toBe(2);
  });
});
