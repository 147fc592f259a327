import { beforeEach, describe, expect, test } from '@jest/globals';
import { FakeCli, webSpec } from './cli-harness.ts';

let cli: FakeCli;
const execution = 'cli-web-1772359200000-r0';

beforeEach(async () => {
  cli = new FakeCli();
  await cli.store.putSpec(webSpec(), 'ada', '2026-03-01T09:00:00.000Z');
});

/** Whom AWS says that the caller is. */
const grace = { standing: 'named', identities: ['arn:aws:iam::123456789012:user/grace'] };

describe('sluice start', () => {
  test('starts an execution in the name of who asks, and shows the rollout once it is open', async () => {
    cli.after(2, () => cli.open('web-1', `arn:execution:${execution}`));
    const { code, out, err } = await cli.run('start web --image 412-9f8d111 --as ada --stage test');

    expect(code).toBe(0);
    expect(cli.starts).toEqual([
      { name: execution, input: { service: 'web', image: '412-9f8d111', requestedBy: 'ada', requester: grace } },
    ]);
    expect(out).toEqual([
      'web-1',
      '  phase    checking',
      `  image    412-9f8d111 (sha256:${'a'.repeat(64)})`,
      '  traffic  all to slot a (blue)',
      '  opened   2026-03-01T10:00:02.000Z by ada, with spec version 3',
    ]);
    expect(err).toEqual(['Follow it with: sluice status web-1 --wait --stage test']);
  });

  test('names a task definition for specs that take it from the request', async () => {
    const arn = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:8';
    cli.after(0, () => cli.open('web-1', `arn:execution:${execution}`));
    await cli.run(`start web --image 412-9f8d111 --task-definition ${arn}`);

    expect(cli.starts[0]?.input).toMatchObject({ taskDefinition: arn });
    expect((await cli.run('start web --image 412-9f8d111 --task-definition web')).code).toBe(2);
  });

  test('orders a hotfix with a reason, and nothing else under that option', async () => {
    cli.after(0, () => cli.open('web-1', `arn:execution:${execution}`));
    await cli.run(['start', 'web', '--image', '412-9f8d111', '--preset', 'hotfix', '--reason', 'users cannot pay']);

    expect(cli.starts[0]?.input).toMatchObject({ preset: 'hotfix', reason: 'users cannot pay' });
    const silent = await cli.run('start web --image 412-9f8d111 --preset hotfix');
    expect([silent.code, silent.err.join()]).toEqual([2, expect.stringContaining('--preset hotfix needs --reason')]);
    expect((await cli.run('start web --image 412-9f8d111 --preset slow')).code).toBe(2);
    expect(cli.starts).toHaveLength(1);
  });

  test('asks for the image that serves, with another task definition', async () => {
    cli.after(0, () => cli.open('web-1', `arn:execution:${execution}`));
    await cli.run('start web --same-image --as ada');

    expect(cli.starts).toEqual([
      { name: execution, input: { service: 'web', sameImage: true, requestedBy: 'ada', requester: grace } },
    ]);
  });

  test.each(['start web', 'start web --same-image --image 412-9f8d111'])(
    'does not guess what %s means',
    async (line) => {
      expect(await cli.run(line)).toMatchObject({
        code: 2,
        err: [
          expect.stringContaining(
            '--image <tag|digest|uri>, --from <stage> for the one that serves there, or --same-image',
          ),
        ],
      });
      expect(cli.starts).toEqual([]);
    },
  );

  test('prints the rollout and its execution as JSON', async () => {
    cli.after(0, () => cli.open('web-1', `arn:execution:${execution}`));
    const { out } = await cli.run('start web --image shop/web:412-9f8d111 --json');

    expect(JSON.parse(out.join('\n'))).toMatchObject({
      rolloutId: 'web-1',
      running: true,
      executionArn: `arn:execution:${execution}`,
    });
  });

  test('does not take the rollout of somebody else for its own', async () => {
    cli.after(1, () => cli.open('web-0', 'arn:execution:other'));
    const { code, out, err } = await cli.run('start web --image 412-9f8d111');

    expect({ code, out }).toEqual({ code: 0, out: [`arn:execution:${execution}`] });
    expect(err).toEqual([
      'The rollout is started but not opened yet. Look again with: sluice status web --stage production',
    ]);
    expect(cli.time).toBe(Date.parse('2026-03-01T10:00:30.000Z'));
  });

  test('says why a rollout was rejected at the door', async () => {
    cli.after(1, () => {
      cli.outcome = { status: 'failed', error: 'Rejected', cause: 'Service web is busy with rollout web-0; wait.' };
      return Promise.resolve();
    });

    expect(await cli.run('start web --image 412-9f8d111')).toEqual({
      code: 1,
      out: [],
      err: ['error: The rollout was not opened: Service web is busy with rollout web-0; wait.'],
    });
  });

  test('starts nothing for a service without a spec', async () => {
    const { code, err } = await cli.run('start shop --image 412-9f8d111 --stage test');

    expect({ code, err, starts: cli.starts }).toEqual({
      code: 1,
      err: [
        'error: No spec is applied for service "shop" in stage test. Apply one with: sluice apply <file> --stage test',
      ],
      starts: [],
    });
  });

  test('waits for the end where it is asked to, and exits with what came of it', async () => {
    cli.after(1, () => cli.open('web-1', `arn:execution:${execution}`));
    cli.after(9, () => cli.append('web-1', { type: 'RolloutRejected', reason: 'image-tag: no', results: [] }));
    const { code, out, err } = await cli.run('start web --image 412-9f8d111 --wait');

    expect(code).toBe(1);
    expect(out).toContain('  reason   image-tag: no');
    expect(err.map((line) => line.split('  ').slice(1).join(' ').trim())).toEqual([
      expect.stringMatching(/^info .*web: rollout of 412-9f8d111 opened by ada/),
      expect.stringMatching(/^warning .*Rejected: image-tag: no$/),
    ]);
  });
});
