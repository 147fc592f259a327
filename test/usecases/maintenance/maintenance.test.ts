import { beforeEach, describe, expect, test } from '@jest/globals';
import type { KeptMaintenance } from '../../../lib/ports/maintenances.ts';
import { keepMaintenance } from '../../../lib/usecases/maintenance/keep-maintenance.ts';
import { decideMaintenance } from '../../../lib/usecases/maintenance/decide-maintenance.ts';
import { targetsOfUsers } from '../../../lib/usecases/maintenance/targets-of-users.ts';
import { orderMaintenance } from '../../../lib/usecases/maintenance/order-maintenance.ts';
import { named } from '../../fleet/fleet-under-test.ts';
import { modelArns, modelSpec, ModelWorld } from '../../model/model-world.ts';
import { journeyTo } from '../journey.ts';
import { ModelMaintenanceRules } from './model-maintenance-rules.ts';

let world: ModelWorld;
let maintenanceRules: ModelMaintenanceRules;
const maintenance = { open: ['/status'], endAfter: '5m' };

beforeEach(async () => {
  world = new ModelWorld();
  maintenanceRules = new ModelMaintenanceRules();
  await world.store.putSpec(modelSpec({ maintenance }), 'Ana', world.now().toISOString());
});

const needs = () => {
  const { store, router, installation, now } = world;
  return { store, router, installation, now, maintenanceRules };
};
const look = (sweep = false) => keepMaintenance({ sweep }, needs());
const keepOne = async (service: string): Promise<KeptMaintenance> =>
  named((await keepMaintenance({ service, sweep: false }, needs())).kept[0]);
const order = (wanted: 'on' | 'off', changes: { keep?: boolean; closed?: boolean; service?: string } = {}) =>
  orderMaintenance(
    { wanted, service: 'web', reason: 'the database moves', keep: false, closed: false, ...changes },
    { user: 'Ana', caller: { principal: 'arn:aws:iam::111122223333:user/ana', standing: 'one', why: '' } },
    { store: world.store, now: world.now, keepMaintenance: keepOne },
  );
const minutes = (count: number) => {
  world.time += count * 60_000;
};
const kinds = () => maintenanceRules.ofMaintenance().map(({ priority, actions }) => [priority, actions[0]?.['Type']]);
const up = [
  [7, 'forward'],
  [8, 'fixed-response'],
];

describe('an order', () => {
  test('puts the page up once, however often it comes, and takes it down', async () => {
    expect(await order('on')).toEqual({ outcome: 'done', by: 'Ana', standing: 'up', said: undefined });
    await order('on');
    await look();
    expect(kinds()).toEqual(up);

    expect(await order('off')).toMatchObject({ outcome: 'done', standing: 'down' });
    expect(kinds()).toEqual([]);
    minutes(2);
    await look();
    expect(await world.store.maintained()).toEqual([]);
    expect(await order('off')).toEqual({ outcome: 'refused', reason: 'web is not in maintenance.' });
  });

  test('keeps no path open where that was asked for', async () => {
    await order('on', { closed: true });
    expect(kinds()).toEqual([[8, 'fixed-response']]);
  });

  test('is refused with the reason, and leaves nothing, where there is no room', async () => {
    maintenanceRules.rules = maintenanceRules.rules.map((rule) =>
      rule.arn === 'neighbour' ? { ...rule, conditions: [{ Field: 'path-pattern', Values: ['/api/*'] }] } : rule,
    );
    expect(await order('on')).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('would lose requests to the page'),
    });
    expect(kinds()).toEqual([]);
    expect((await world.store.maintenance('web'))?.record).toMatchObject({ wanted: 'off' });
    expect(await order('on', { service: 'shop' })).toMatchObject({ outcome: 'refused' });
  });

  test('whose writing dies is in the record, and is done by the next look', async () => {
    maintenanceRules.onCall = (call) => {
      if (call === 'create') throw new Error('the function died');
    };
    expect(await order('on')).toMatchObject({ outcome: 'done', standing: 'ordered' });
    maintenanceRules.onCall = () => undefined;
    await look();
    expect(kinds()).toEqual(up);
  });

  test('that ends a maintenance while its rules are written wins', async () => {
    let creations = 0;
    maintenanceRules.onCall = (call, time) => {
      if (call !== 'create' || time === 'before') return;
      creations += 1;
      maintenanceRules.onCall = () => undefined;
      void order('off');
    };
    await order('on');
    await look();
    expect(creations).toBe(1);
    expect(kinds()).toEqual([]);
  });
});

describe('a writer that dies', () => {
  const calls = ['seen', 'create', 'remove'].flatMap((call) =>
    (['before', 'after'] as const).flatMap((time) => [1, 2, 3].map((nth) => ({ call, time, nth }))),
  );

  test.each(calls)(
    '$time call $nth of $call is made up for by the next look, or by the sweep',
    async ({ call, time, nth }) => {
      let count = 0;
      const dies = () => {
        count = 0;
        maintenanceRules.onCall = (name, when) => {
          if (name !== call || when !== time) return;
          count += 1;
          if (count === nth) throw new Error('the function died');
        };
      };
      const lives = () => {
        maintenanceRules.onCall = () => undefined;
      };
      dies();
      await order('on');
      lives();
      await look();
      expect(kinds().toSorted()).toEqual(up);
      dies();
      await order('off');
      lives();
      await look();
      expect(kinds()).toEqual([]);

      // Its record is lost besides.
      dies();
      await order('on');
      lives();
      world.store.forgetMaintenance('web');
      await look(true);
      expect(kinds()).toEqual([]);
      expect(maintenanceRules.rules).toHaveLength(3);
    },
  );
});

test('a sweep leaves the rules of other stages, and those of a maintenance that is on', async () => {
  await order('on');
  const [rule] = maintenanceRules.ofMaintenance();
  maintenanceRules.rules.push({ ...named(rule), arn: 'theirs', priority: 3, maintains: 'staging/web' });
  expect((await look(true)).swept).toEqual([]);
  await order('off');
  expect(maintenanceRules.ofMaintenance().map(({ arn }) => arn)).toEqual(['theirs']);
});

describe('a maintenance that is up', () => {
  const healthy = { healthy: 2, unhealthy: 0, total: 2 };
  const sick = { healthy: 1, unhealthy: 1, total: 2 };
  const now = new Date('2026-03-01T11:00:00Z');
  const since = (minutesAgo: number) => new Date(now.getTime() - minutesAgo * 60_000).toISOString();
  const record = { at: since(20), upAt: since(20) };

  test.each([
    ['no target group', []],
    ['an unknown health', undefined],
    ['one group that is not healthy', [healthy, sick]],
    ['a group without targets', [healthy, { healthy: 0, unhealthy: 0, total: 0 }]],
  ])('%s is never healthy', (_, groups) => {
    const sight = { groups, now, endAfterSeconds: 60 };
    expect(decideMaintenance({ ...record, healthySince: since(10) }, sight)).toEqual({
      healthySince: undefined,
      ends: undefined,
      reminder: undefined,
    });
  });

  test('ends once its targets were healthy for the time of the spec, unless a person keeps it', () => {
    const sight = { groups: [healthy], now, endAfterSeconds: 300 };
    expect(decideMaintenance({ ...record, healthySince: since(4) }, sight).ends).toBeUndefined();
    expect(decideMaintenance({ ...record, healthySince: since(5) }, sight).ends).toBe(
      'all targets were healthy for 300 s',
    );
    expect(decideMaintenance({ ...record, healthySince: since(5), keep: true }, sight).ends).toBeUndefined();
  });

  test('is told to the newest rollout once, reminded of every 30 minutes, and its end is told, too', async () => {
    const journey = await journeyTo('stepPassed', { spec: modelSpec({ maintenance }) });
    world = journey.world;
    await world.store.putSpec(modelSpec({ maintenance }), 'Ana', world.now().toISOString());
    await order('on', { keep: true });
    await look();
    for (let count = 0; count < 61; count += 1) {
      minutes(1);
      await look();
    }
    await order('off');
    await look();
    expect((await journey.transitions()).filter((type) => type.startsWith('Maintenance'))).toEqual([
      'MaintenanceBegan',
      'MaintenanceReminded',
      'MaintenanceReminded',
      'MaintenanceEnded',
    ]);
    expect(await journey.events('MaintenanceBegan')).toEqual([
      expect.objectContaining({
        by: 'Ana',
        principal: 'arn:aws:iam::111122223333:user/ana',
        reason: 'the database moves',
      }),
    ]);
  });

  test('has open paths lead where the rule of the service leads by now', async () => {
    await order('on');
    const actions = [
      { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: modelArns.groupB, Weight: 1 }] } },
    ];
    maintenanceRules.rules = maintenanceRules.rules.map((rule) =>
      rule.arn === modelArns.rule ? { ...rule, actions } : rule,
    );
    await look();
    expect(maintenanceRules.ofMaintenance().find(({ priority }) => priority === 7)?.actions).toEqual(actions);
  });

  test('stays as it is where its rules have no room any more, people hear of it once, and it ends by itself all the same', async () => {
    const journey = await journeyTo('stepPassed', { spec: modelSpec({ maintenance }) });
    world = journey.world;
    await world.store.putSpec(modelSpec({ maintenance }), 'Ana', world.now().toISOString());
    await order('on');
    maintenanceRules.rules = maintenanceRules.rules.filter(({ arn }) => arn !== modelArns.rule);
    await look();
    await look();
    expect(kinds()).toEqual(up);
    expect(await journey.events('MaintenanceTroubled')).toHaveLength(1);
    minutes(6);
    await look();
    expect(kinds()).toEqual([]);
    expect(await journey.events('MaintenanceEnded')).toHaveLength(1);
  });

  test('does not end while one of its rules is gone, however healthy the targets of the others are, and says which', async () => {
    const traffic = [{ rule: modelArns.rule }, { rule: `${modelArns.rule}0` }];
    const spec = modelSpec({ maintenance: { endAfter: '1h' }, traffic });
    await world.store.putSpec(spec, 'Ana', world.now().toISOString());
    const stands = modelSpec({ maintenance: { endAfter: '1h' } });
    await world.store.putSpec(stands, 'Ana', world.now().toISOString());
    await order('on');
    await world.store.putSpec(spec, 'Ana', world.now().toISOString());
    for (let count = 0; count < 14; count += 1) {
      minutes(5);
      await look();
    }
    expect(kinds()).toHaveLength(1);
    expect((await world.store.maintenance('web'))?.record).not.toHaveProperty('healthySince');
    const sight = await targetsOfUsers(spec, world);
    expect(sight).toEqual({ groups: undefined, unread: expect.stringContaining(`${modelArns.rule}0 is gone`) });
    const told = { at: since(40), keep: true } as const;
    expect(decideMaintenance(told, { ...sight, now, endAfterSeconds: 300 }).reminder).toContain(
      `${modelArns.rule}0 is gone`,
    );
  });
});
