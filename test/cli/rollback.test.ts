import { beforeEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { restorePlanOf } from '../../lib/rollout/restore-plan.ts';
import { openedEvent } from '../contract/opened-event.ts';
import { digestOf, modelArns, modelSpec } from '../model/model-world.ts';
import { FakeCli } from './cli-harness.ts';

const rolloutId = 'web-20260301-100000-abcdef';
const split = [
  {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: modelArns.groupA, Weight: 75 },
        { TargetGroupArn: modelArns.groupB, Weight: 25 },
      ],
    },
  },
];
const onBlue = [{ Type: 'forward', TargetGroupArn: modelArns.groupA, Order: 1 }];

let cli: FakeCli;

/** A rollout of the model's service, green at 25 %. */
async function openRollout(actions: readonly Readonly<Record<string, unknown>>[] = onBlue): Promise<void> {
  const event = openedEvent({ restorePlan: [{ kind: 'rule', arn: modelArns.rule, actions }] });
  await cli.store.open(rolloutId, event, new Date(cli.time).toISOString());
  cli.world.actions.set(modelArns.rule, split);
}

async function plan(): Promise<Readonly<Record<string, unknown>>> {
  const stored = await cli.store.load(rolloutId);
  if (stored === undefined) throw new Error('no rollout');
  return { ...restorePlanOf(stored.state) };
}

const json = (lines: readonly string[]) => z.record(z.string(), z.unknown()).parse(JSON.parse(lines.join('')));

beforeEach(async () => {
  cli = new FakeCli();
  await cli.store.putSpec(modelSpec(), 'a test', new Date(cli.time).toISOString());
});

describe('sluice rollback while a rollout runs', () => {
  test('starts the rollback machine with who and why, and waits until traffic is back', async () => {
    await openRollout();
    cli.after(1, () =>
      cli.append(rolloutId, { type: 'RollbackRequested', by: 'x', reason: 'y' }, { type: 'TrafficRestored', rules: 1 }),
    );

    const ran = await cli.run(['rollback', 'web', '--reason', 'customers complain', '--yes']);

    expect(ran.code).toBe(0);
    expect(cli.rollbacks).toEqual([{ rolloutId, input: { by: 'grace@laptop', reason: 'customers complain' } }]);
    expect(ran.err.join('\n')).toContain('All traffic is on blue.');
  });

  test('one that runs already is joined', async () => {
    await openRollout();
    cli.joins = true;
    await cli.append(
      rolloutId,
      { type: 'RollbackRequested', by: 'x', reason: 'y' },
      { type: 'TrafficRestored', rules: 1 },
    );

    const ran = await cli.run(['rollback', 'web', '--reason', 'why', '--yes', '--json']);

    expect(ran.code).toBe(0);
    expect(json(ran.out)).toMatchObject({ rolloutId, joined: true, phase: 'rollingBack' });
  });

  test('says what to do by hand where traffic does not come back', async () => {
    await openRollout();

    const ran = await cli.run(['rollback', 'web', '--reason', 'why', '--yes']);

    expect(ran.code).toBe(1);
    expect(ran.err.join('\n')).toContain('sluice rollback web --direct');
  });

  test('asks first, and goes on only where somebody says yes', async () => {
    await openRollout();
    for (const [answer, code] of [
      [undefined, 1],
      ['', 1],
      ['no', 1],
      ['yeah', 1],
    ] as const) {
      cli.answer = answer;
      expect((await cli.run(['rollback', 'web', '--reason', 'why'])).code).toBe(code);
    }
    expect(cli.rollbacks).toEqual([]);
    expect(cli.asked[0]).toContain(`Rollout ${rolloutId} of`);

    cli.answer = ' Y ';
    await cli.run(['rollback', 'web', '--reason', 'why']);
    expect(cli.rollbacks).toHaveLength(1);
  });

  test('without a terminal it refuses and names --yes', async () => {
    await openRollout();

    const { err } = await cli.run(['rollback', 'web', '--reason', 'why']);

    expect(err.join('\n')).toMatch(/no terminal.*--yes/);
  });

  test('another version is not named meanwhile', async () => {
    await openRollout();

    const { code, err } = await cli.run(['rollback', 'web', '--reason', 'why', '--to', '411-3c9e1f0', '--yes']);

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('Roll that back first');
  });
});

describe('the reason', () => {
  test.each([
    ['none', [], 'Say why, with --reason'],
    ['an empty one', ['--reason', '  '], 'Expected a reason'],
    ['one without end', ['--reason', 'x'.repeat(501)], 'at most 500'],
  ])('%s is refused', async (_, args, why) => {
    await openRollout();

    const { code, err } = await cli.run(['rollback', 'web', '--yes', ...args]);

    expect(code).toBe(2);
    expect(err.join('\n')).toContain(why);
    expect(cli.rollbacks).toEqual([]);
  });

  test('what would steer a terminal is made visible', async () => {
    await openRollout();

    await cli.run(['rollback', 'web', '--yes', '--reason', 'bad\u001b[2Jnews\n"}{']);

    expect(cli.rollbacks[0]?.input).toMatchObject({ reason: 'bad\\u{001b}[2Jnews\\u{000a}"}{' });
  });
});

describe('sluice rollback after a rollout', () => {
  async function finish(digest = digestOf('a')): Promise<void> {
    const at = new Date(cli.time).toISOString();
    await cli.store.open(rolloutId, openedEvent({ blueDigest: digest }), at);
    const steps = modelSpec().steps.flatMap(({ weight }, step) => [
      { type: 'TrafficShifted', step, weight } as const,
      { type: 'StepPassed', step, weight } as const,
    ]);
    await cli.append(
      rolloutId,
      { type: 'PreChecksPassed', results: [] },
      { type: 'GreenReady', running: 2, digest: digestOf('b') },
      { type: 'HeaderRouteOpened', header: 'canary', value: 'true' },
      ...steps,
      { type: 'RolloutSucceeded', digest: digestOf('b'), fullUntil: at, keptUntil: at },
    );
  }

  test('starts a rollout that returns to the kept version', async () => {
    await finish();

    const ran = await cli.run(['rollback', 'web', '--reason', 'why', '--yes']);

    expect(ran.code).toBe(0);
    expect(cli.starts.map(({ input }) => input)).toEqual([
      { service: 'web', requestedBy: 'grace@laptop', rollback: { to: 'kept', reason: 'why' } },
    ]);
  });

  test('--to the kept version is the same', async () => {
    await finish();

    await cli.run(['rollback', 'web', '--reason', 'why', '--yes', '--to', digestOf('a')]);

    expect(cli.starts.map(({ input }) => input)).toMatchObject([{ rollback: { to: 'kept' } }]);
  });

  test.each([rolloutId, '412-9f8d111', digestOf('b')])(
    '--to %s is a rollout of the digest in the record',
    async (to) => {
      await finish();

      await cli.run(['rollback', 'web', '--reason', 'why', '--yes', '--to', to]);

      expect(cli.starts.map(({ input }) => input)).toEqual([
        {
          service: 'web',
          requestedBy: 'grace@laptop',
          image: digestOf('b'),
          rollback: { to: 'version', reason: 'why' },
        },
      ]);
    },
  );

  test('--to what never served says which versions did', async () => {
    await finish();

    const { code, err } = await cli.run(['rollback', 'web', '--reason', 'why', '--yes', '--to', '999-0000000']);

    expect(code).toBe(1);
    expect(err.join('\n')).toMatch(/No version "999-0000000".*412-9f8d111/);
    expect(cli.starts).toEqual([]);
  });

  test('where nothing is kept it says so, with the next step', async () => {
    await finish();
    await cli.store.endRetention('web', rolloutId);

    const { code, err } = await cli.run(['rollback', 'web', '--reason', 'why', '--yes']);

    expect(code).toBe(1);
    expect(err.join('\n')).toMatch(/nothing to go straight back to.*--to.*412-9f8d111/);
  });

  test('of a service that is not known it says so', async () => {
    const { code, err } = await cli.run(['rollback', 'shop', '--reason', 'why', '--yes']);

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('knows no service "shop"');
  });
});

describe('sluice rollback --direct', () => {
  test('puts the rules back by the plan of the table, takes the rollout over and looks again', async () => {
    await openRollout();

    const ran = await cli.run('rollback web --direct --yes --json');

    expect(ran.code).toBe(0);
    expect(json(ran.out)).toMatchObject({
      rolloutId,
      restored: true,
      fence: 'raised',
      rules: [{ arn: modelArns.rule }],
    });
    expect(cli.world.weights()).toEqual({ [modelArns.groupA]: 1 });
    expect((await cli.store.load(rolloutId))?.fence).toBe(2);
  });

  test('overwrites what a function that was under way wrote late', async () => {
    await openRollout();
    cli.after(5, () => {
      cli.world.actions.set(modelArns.rule, split);
      return Promise.resolve();
    });

    const ran = await cli.run('rollback web --direct --yes');

    expect(ran.code).toBe(0);
    expect(cli.world.weights()).toEqual({ [modelArns.groupA]: 1 });
  });

  test('with a plan in a file it needs neither table nor machines, and says that nobody was taken over', async () => {
    await openRollout();
    const saved = await cli.run(`get ${rolloutId} --restore-plan`);
    cli.files.set('plan.json', saved.out.join('\n'));
    cli.isDown = true;

    const ran = await cli.run('rollback web --direct --plan plan.json --yes');

    expect(ran.code).toBe(0);
    expect(cli.world.weights()).toEqual({ [modelArns.groupA]: 1 });
    expect(ran.err.join('\n')).toContain('could not be taken over');
  });

  test('without table and plan it says where a plan comes from', async () => {
    cli.isDown = true;

    const { code, err } = await cli.run('rollback web --direct --yes');

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('--plan <file>');
  });

  test('switches group stickiness off, and says so', async () => {
    const sticky = { TargetGroups: [{ TargetGroupArn: modelArns.groupA, Weight: 1 }] };
    const config = { ...sticky, TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 600 } };
    await openRollout([{ Type: 'forward', ForwardConfig: config }]);

    const { err } = await cli.run('rollback web --direct --yes');

    expect(cli.world.actions.get(modelArns.rule)).toMatchObject([
      { ForwardConfig: { TargetGroupStickinessConfig: { Enabled: false } } },
    ]);
    expect(err.join('\n')).toMatch(/stickiness.*off.*10m/);
  });

  test('says which rule did not go back, and fails', async () => {
    await openRollout();
    cli.world.router.write = () => Promise.reject(new Error('AccessDenied'));

    const { code, err, out } = await cli.run('rollback web --direct --yes --once');

    expect(code).toBe(1);
    expect(out.join('\n')).toContain('NOT BACK');
    expect(err.join('\n')).toContain(modelArns.rule);
  });

  test('does nothing where no rollout is under way', async () => {
    const { code, err } = await cli.run('rollback web --direct --yes');

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('No rollout of web is under way');
  });

  test('leaves a rule alone that belongs to something else by now', async () => {
    await openRollout();
    const foreign = `${modelArns.groupA.slice(0, -4)}ffff`;
    cli.world.actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: foreign }]);

    const { code, err } = await cli.run('rollback web --direct --yes');

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('Nothing was touched');
    expect(cli.world.weights()).toEqual({ [foreign]: 1 });
  });
});

describe('a plan that is none', () => {
  const alterations: readonly (readonly [string, (good: Readonly<Record<string, unknown>>) => unknown, string])[] = [
    ['no object', () => [], 'no restore plan'],
    ['another kind', (good) => ({ ...good, kind: 'something' }), 'kind'],
    ['a later schema', (good) => ({ ...good, schema: 2 }), 'schema'],
    ['a key too many', (good) => ({ ...good, force: true }), 'force'],
    ['no items', (good) => ({ ...good, items: [] }), 'items'],
    ['another service', (good) => ({ ...good, service: 'shop' }), 'service shop'],
    ['one slot twice', (good) => ({ ...good, greenTargetGroup: good['blueTargetGroup'] }), 'same target group'],
    [
      'a second load balancer without a target group of its own',
      (good) => ({ ...good, items: [item({}), item({ arn: modelArns.rule.replace('/main/', '/internal/') })] }),
      '2 load balancers, and there are target groups for 1',
    ],
    ['a rule that is none', (good) => ({ ...good, items: [item({ arn: '../../etc/passwd' })] }), 'names no rule'],
    [
      'a network balancer',
      (good) => ({ ...good, items: [item({ arn: modelArns.rule.replace('/app/', '/net/') })] }),
      'names no rule',
    ],
    [
      'another account',
      (good) => ({ ...good, items: [item({ arn: modelArns.rule.replace('111122223333', '999999999999') })] }),
      'another account',
    ],
    ['a rule twice', (good) => ({ ...good, items: [item({}), item({})] }), 'named twice'],
    ['traffic to green', (good) => ({ ...good, items: [item({ actions: split })] }), 'all traffic to blue'],
    ['a redirect', (good) => ({ ...good, items: [item({ actions: [{ Type: 'redirect' }] })] }), 'Type'],
    [
      'no forward action',
      (good) => ({ ...good, items: [item({ actions: [{ Type: 'authenticate-oidc' }] })] }),
      'forward',
    ],
    ['two forward actions', (good) => ({ ...good, items: [item({ actions: [...onBlue, ...onBlue] })] }), 'forward'],
  ];

  function item(change: Readonly<Record<string, unknown>>): unknown {
    return { kind: 'rule', arn: modelArns.rule, actions: onBlue, ...change };
  }

  test.each(alterations)('with %s is refused, and nothing is touched', async (_, alter, why) => {
    await openRollout();
    cli.files.set('plan.json', JSON.stringify(alter(await plan())));

    const { code, err } = await cli.run('rollback web --direct --plan plan.json --yes');

    expect(code).toBe(1);
    expect(err.join('\n')).toContain(why);
    expect(err.join('\n')).toContain('Nothing was touched');
    expect(cli.world.changes).toEqual([]);
  });

  test.each([
    ['is no JSON', 'not { json'],
    ['is cut off', '{"kind":"sluice-restore-plan","sch'],
  ])('a file that %s is refused', async (_, text) => {
    cli.files.set('plan.json', text);

    const { code, err } = await cli.run('rollback web --direct --plan plan.json --yes');

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('it is no JSON');
  });

  test('a file that is not there is named', async () => {
    const { code, err } = await cli.run('rollback web --direct --plan nowhere.json --yes');

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('nowhere.json cannot be read');
  });
});
