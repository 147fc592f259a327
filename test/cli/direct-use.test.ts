import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RoleFacts } from '../../lib/approval/caller.ts';
import type { DirectWrite } from '../../lib/platform/cloudtrail-direct-writes.ts';
import { modelArns } from '../model/model-world.ts';
import type { FakeCli } from './cli-harness.ts';
import { modelCli, openRollout, rolloutId } from './open-rollout.ts';

const session = (role: string, name: string) => `arn:aws:sts::123456789012:assumed-role/${role}/${name}`;
const sso: RoleFacts = { path: '/aws-reserved/sso.amazonaws.com/', trustPolicy: {} };

let cli: FakeCli;
let file: string;

const ada = 'arn:aws:iam::123456789012:user/ada';
const ben = 'arn:aws:iam::123456789012:user/ben';

beforeEach(async () => {
  cli = await modelCli();
  await openRollout(cli);
  await cli.run(['rollback', 'web', '--direct', '--yes', '--once', '--reason', 'users cannot pay']);
  file = [...cli.files.keys()].find((name) => name.startsWith('sluice-direct-')) ?? '';
});

const events = async () => (await cli.recorded(rolloutId)).events.filter(({ type }) => type.startsWith('DirectUse'));
const taken = (from = `--file ${file}`) =>
  cli.run(['review', 'web', ...from.split(' '), '--reason', 'the table was away']);
const asBen = async () => {
  cli.principal = ben;
  return cli.run(['review', 'web', '--as', 'Ben', '--reason', 'it was right']);
};

describe('rollback --direct', () => {
  test('leaves a file with who wrote which rules, when and why, and says what to do with it', async () => {
    expect(JSON.parse(cli.files.get(file) ?? '')).toMatchObject({
      ...{ kind: 'sluice-direct-use', schema: 1, service: 'web', rolloutId, by: 'grace@laptop', restored: true },
      why: 'users cannot pay',
      rules: [{ arn: modelArns.rule }],
    });
    const { err } = await cli.run('rollback web --direct --yes --once');
    expect(err.join('\n')).toMatch(new RegExp(`sluice review ${rolloutId} --stage production --file sluice-direct-`));
  });
});

describe('review --file', () => {
  test('takes the use into the record once, with who told of it, and pages nobody twice', async () => {
    expect(await taken()).toMatchObject({ code: 0, out: [expect.stringContaining('is in the record, told by')] });
    expect(await taken()).toMatchObject({ code: 0, out: [expect.stringContaining('is in the record already')] });

    expect(await events()).toEqual([
      expect.objectContaining({
        ...{ type: 'DirectUseRecorded', actor: 'grace@laptop', source: 'file', why: 'users cannot pay' },
        ...{ by: 'grace@laptop', principal: 'arn:aws:iam::123456789012:user/grace', reason: 'the table was away' },
        rules: [expect.stringContaining(modelArns.rule)],
      }),
    ]);
  });

  test('is in the hash chain of the rollout, also after its end', async () => {
    await cli.append(rolloutId, { type: 'RollbackRequested', by: 'ada', reason: 'x' });
    await taken();

    expect((await cli.store.load(rolloutId))?.state.directUses).toHaveLength(1);
    expect((await cli.store.load(rolloutId))?.altered).toBeUndefined();
  });

  test('asks for a review by another person than the one who wrote the rules, or told of it', async () => {
    await taken();
    const open = (await cli.store.load(rolloutId))?.state.matters ?? [];

    expect(open.map(({ type }) => type)).toContain('DirectUseRecorded');
    expect(await cli.run(['review', 'web', '--reason', 'all mine'])).toMatchObject({
      code: 1,
      err: [expect.stringContaining('another person has to review')],
    });
    cli.principal = ada;
    expect(await cli.run(['review', 'web', '--as', 'grace@laptop', '--reason', 'x'])).toMatchObject({ code: 1 });
    expect(await asBen()).toMatchObject({ code: 0 });
    expect((await cli.store.load(rolloutId))?.state.matters ?? []).not.toContainEqual(
      expect.objectContaining({ type: 'DirectUseRecorded' }),
    );
    expect((await cli.run('review web --reason again')).err.join()).toContain('nothing to review');
  });

  test.each<[string, string, string[], RoleFacts | undefined]>([
    ['by another name', 'arn:aws:iam::123456789012:user/grace', ['--as', 'Cleo'], undefined],
    ['by another spelling', 'arn:aws:iam::123456789012:user/gh', ['--as', 'GRACE@laptop'], undefined],
    ['from another machine', 'arn:aws:iam::123456789012:user/gh', ['--as', 'grace@home'], undefined],
    [
      'as a session of IAM Identity Center',
      session('AWSReservedSSO_Ops_1f', 'grace@example.com'),
      ['--as', 'Cleo'],
      sso,
    ],
    [
      'as a session that may be several people',
      session('Ops', 'cleo'),
      ['--as', 'Cleo'],
      { path: '/', trustPolicy: {} },
    ],
    ['while IAM does not say who that is', session('Ops', 'cleo'), ['--as', 'Cleo'], undefined],
  ])('is not reviewed by who wrote the rules %s, whoever told of it', async (_, principal, as, role) => {
    cli.principal = ben;
    await cli.run(['review', 'web', '--file', file, '--as', 'Ben', '--reason', 'the table was away']);
    cli.principal = principal;
    cli.isIamAway = role === undefined;
    if (role !== undefined) cli.roles.set(/assumed-role\/([^/]+)/.exec(principal)?.[1] ?? '', role);

    expect(await cli.run(['review', 'web', ...as, '--reason', 'all mine'])).toMatchObject({ code: 1 });
    expect((await events()).map(({ type }) => type)).toEqual(['DirectUseRecorded']);
  });

  const written = (changes: Readonly<Record<string, unknown>>) => {
    const record: unknown = JSON.parse(cli.files.get(file) ?? '');
    return JSON.stringify({ ...(typeof record === 'object' ? record : {}), ...changes });
  };

  test.each<[string, () => string, string]>([
    ['no JSON', () => 'x'.repeat(1000), 'is not what sluice rollback --direct leaves'],
    ['a list', () => '[]', 'is not what'],
    ['a field more', () => written({ approved: true }), 'is not what'],
    ['another rollout', () => written({ rolloutId: 'web-2' }), 'is of rollout web-2'],
    ['a rule of somebody else', () => written({ rules: [{ arn: 'arn:other', saw: 'x' }] }), 'is no rule of rollout'],
    ['a time to come', () => written({ at: '2099-01-01T00:00:00.000Z' }), 'has not come yet'],
    ['a time before it', () => written({ at: '2001-01-01T00:00:00.000Z' }), 'was opened at'],
    ['no rules', () => written({ rules: [] }), 'is not what'],
    ['a name of a megabyte', () => written({ by: 'x'.repeat(1_000_000) }), 'is not what'],
  ])('of a file with %s takes nothing in, and says why', async (_, text, why) => {
    cli.files.set(file, text());
    const { code, err } = await taken();

    expect({ code, said: err.join('\n') }).toEqual({ code: 1, said: expect.stringContaining(why) as unknown });
    expect(await events()).toEqual([]);
  });

  test('of a file that is not there says so', async () => {
    expect(await taken('--file none.json')).toMatchObject({ code: 1, err: [expect.stringContaining('none.json')] });
  });
});

describe('review --cloudtrail', () => {
  let writes: readonly DirectWrite[];
  const asked: unknown[] = [];
  const write = (seconds: number, principal = ada): DirectWrite => ({
    ...{ at: new Date(cli.time + seconds * 1000).toISOString(), principal },
    arn: modelArns.rule,
  });

  beforeEach(() => {
    writes = [];
    asked.length = 0;
    const never = () => Promise.reject(new Error('is not asked'));
    cli.account = {
      ...{ caller: never, region: never, concurrency: never, roleArn: never, decisions: never, trails: never },
      readHistory: never,
      directWrites: (one) => {
        asked.push(one);
        return Promise.resolve(writes);
      },
    };
  });

  test('takes in each use beside the stack, those that belong together as one', async () => {
    writes = [write(0), write(16), write(200, ben)];
    cli.time += 300_000;

    expect((await taken('--cloudtrail')).out).toHaveLength(2);
    expect(await events()).toMatchObject([
      { actor: ada, source: 'cloudtrail', rules: [modelArns.rule] },
      { actor: ben, source: 'cloudtrail' },
    ]);
    expect(asked).toEqual([expect.objectContaining({ arns: [modelArns.rule], own: 'sluice-production-' })]);
  });

  test('knows a use that the file has told, by the name or by the principal of who told of their own', async () => {
    await taken();
    writes = [write(1, 'arn:aws:iam::123456789012:user/grace'), write(80, session('OnCall', 'grace'))];

    expect((await taken('--cloudtrail')).out.join()).toContain('in the record already');
    expect(await events()).toHaveLength(1);
  });

  test('takes two people who wrote within two minutes for two', async () => {
    await taken();
    writes = [write(1, 'arn:aws:iam::123456789012:user/grace'), write(20, ada)];

    expect((await taken('--cloudtrail')).out).toEqual([
      expect.stringContaining('in the record already'),
      expect.stringContaining('is in the record, told by'),
    ]);
    expect(await events()).toMatchObject([{ actor: 'grace@laptop' }, { actor: ada }]);
    cli.principal = ada;
    expect(await cli.run(['review', 'web', '--as', 'Ben', '--reason', 'x'])).toMatchObject({ code: 1 });
  });

  test('says where CloudTrail has none, which proves nothing yet', async () => {
    expect(await taken('--cloudtrail')).toMatchObject({
      code: 0,
      out: [expect.stringContaining('It knows a call some minutes after it')],
    });
  });

  test('and --file exclude each other', async () => {
    expect((await taken(`--cloudtrail --file ${file}`)).code).toBe(2);
  });
});
