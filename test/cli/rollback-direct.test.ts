import { beforeEach, describe, expect, test } from '@jest/globals';
import { restorePlanOf } from '../../lib/drivers/rules/restore-plan.ts';
import { modelArns } from '../model/model-world.ts';
import type { FakeCli } from './cli-harness.ts';
import { modelCli, onBlue, openRollout, rolloutId, split } from './open-rollout.ts';

let cli: FakeCli;

beforeEach(async () => {
  cli = await modelCli();
});

async function plan(): Promise<Readonly<Record<string, unknown>>> {
  const stored = await cli.store.load(rolloutId);
  if (stored === undefined) throw new Error('no rollout');
  return { ...restorePlanOf(stored.state) };
}

describe('sluice rollback --direct', () => {
  test('puts the rules back by the plan of the table, takes the rollout over and looks again', async () => {
    await openRollout(cli);

    const ran = await cli.run('rollback web --direct --yes --json');

    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out.join(''))).toMatchObject({
      rolloutId,
      restored: true,
      fence: 'raised',
      rules: [{ arn: modelArns.rule }],
    });
    expect(cli.world.weights()).toEqual({ [modelArns.groupA]: 1 });
    expect((await cli.store.load(rolloutId))?.fence).toBe(2);
  });

  test('overwrites what a function that was under way wrote late', async () => {
    await openRollout(cli);
    cli.after(5, () => {
      cli.world.actions.set(modelArns.rule, split);
      return Promise.resolve();
    });

    const ran = await cli.run('rollback web --direct --yes');

    expect(ran.code).toBe(0);
    expect(cli.world.weights()).toEqual({ [modelArns.groupA]: 1 });
  });

  test('with a plan in a file it needs neither table nor machines, and says that nobody was taken over', async () => {
    await openRollout(cli);
    const saved = await cli.run(`get ${rolloutId} --restore-plan`);
    cli.files.set('plan.json', saved.out.join('\n'));
    cli.isDown = true;

    const ran = await cli.run('rollback web --direct --plan plan.json --yes');

    expect(ran.code).toBe(0);
    expect(cli.world.weights()).toEqual({ [modelArns.groupA]: 1 });
    expect(ran.err.join('\n')).toContain('could not be taken over');
  });

  test.each([
    [
      'jwt-validation',
      { JwtValidationConfig: { JwksEndpoint: 'https://id.example.com/jwks.json', Issuer: 'https://id.example.com' } },
    ],
    ['a-type-of-next-year', { NextYearConfig: { Anything: ['at', 'all'] } }],
  ])('takes the plan back that it wrote for a rule with a %s action, and keeps the action', async (Type, config) => {
    const first = { Type, Order: 1, ...config };
    await openRollout(cli, [first, { Type: 'forward', Order: 2, TargetGroupArn: modelArns.groupA }]);
    const saved = await cli.run(`get ${rolloutId} --restore-plan`);
    cli.files.set('plan.json', saved.out.join('\n'));
    cli.world.actions.set(modelArns.rule, [first, ...split.map((forward) => ({ ...forward, Order: 2 }))]);
    cli.isDown = true;

    const { code } = await cli.run('rollback web --direct --plan plan.json --yes');

    expect(code).toBe(0);
    expect(cli.world.actions.get(modelArns.rule)?.[0]).toEqual(first);
    expect(cli.world.weights()[modelArns.groupB] ?? 0).toBe(0);
  });

  test('keeps a login that somebody added after the plan was saved', async () => {
    await openRollout(cli);
    const saved = await cli.run(`get ${rolloutId} --restore-plan`);
    cli.files.set('plan.json', saved.out.join('\n'));
    const login = { Type: 'authenticate-oidc', Order: 1, AuthenticateOidcConfig: { UseExistingClientSecret: true } };
    cli.world.actions.set(modelArns.rule, [login, ...split.map((forward) => ({ ...forward, Order: 2 }))]);
    cli.isDown = true;

    const { code } = await cli.run('rollback web --direct --plan plan.json --yes');

    expect(code).toBe(0);
    expect(cli.world.actions.get(modelArns.rule)?.[0]).toEqual(login);
    expect(cli.world.weights()[modelArns.groupB]).toBe(0);
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
    await openRollout(cli, [{ Type: 'forward', ForwardConfig: config }]);

    const { err } = await cli.run('rollback web --direct --yes');

    expect(cli.world.actions.get(modelArns.rule)).toMatchObject([
      { ForwardConfig: { TargetGroupStickinessConfig: { Enabled: false } } },
    ]);
    expect(err.join('\n')).toMatch(/stickiness.*off.*10m/);
  });

  test('says which rule did not go back, and fails', async () => {
    await openRollout(cli);
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
    await openRollout(cli);
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
    await openRollout(cli);
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

  test('a byte order mark, which shells of Windows write, makes no plan a bad one', async () => {
    await openRollout(cli);
    cli.files.set('plan.json', `\uFEFF${JSON.stringify(await plan())}`);

    expect((await cli.run('rollback web --direct --plan plan.json --yes')).code).toBe(0);
  });

  test('a file that is not there is named', async () => {
    const { code, err } = await cli.run('rollback web --direct --plan nowhere.json --yes');

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('nowhere.json cannot be read (there is no such file), expected a restore plan');
  });
});
