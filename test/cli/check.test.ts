import { beforeEach, describe, expect, test } from '@jest/globals';
import { modelSpec } from '../model/model-world.ts';
import { FakeCli } from './cli-harness.ts';

let cli: FakeCli;

beforeEach(() => {
  cli = new FakeCli();
});

/** Applies a spec with these checks. */
async function applied(checks: Readonly<Record<string, unknown>>) {
  await cli.store.putSpec(modelSpec({ checks }), 'ada', '2026-03-01T09:00:00.000Z');
}

describe('sluice check', () => {
  test('runs what always runs and what the spec turns on, and says that nothing would hold up a rollout', async () => {
    await applied({ 'image-size': {} });

    const { code, out } = await cli.run('check web');

    expect(code).toBe(0);
    expect(out[0]).toMatch(/^RESULT +CHECK +TIME +SAW/);
    expect(out.find((line) => line.includes('image-size'))).toMatch(/^passed +image-size +\d+ ms +120\.0 MB/);
    expect(out.filter((line) => line.startsWith('passed'))).toHaveLength(11);
    expect(out.at(-1)).toBe('No check would hold up a rollout.');
  });

  test('exits with 1 where one that blocks fails, and says how to fix it', async () => {
    await applied({ 'image-size': { megabytes: 1 } });

    const { code, out } = await cli.run('check web');

    expect(code).toBe(1);
    expect(out).toContain('  image-size: build from a smaller base image, and leave build tools out of the last stage');
    expect(out.at(-1)).toBe('A rollout would be held up by: image-size');
  });

  test('exits with 0 where one that warns fails', async () => {
    await applied({ 'image-size': { megabytes: 1, severity: 'warn' } });

    const { code, out } = await cli.run('check web --json');

    expect(code).toBe(0);
    expect(JSON.parse(out.join(''))).toContainEqual(
      expect.objectContaining({ name: 'image-size', result: 'warned', passed: false, severity: 'warn' }),
    );
  });

  test('names a right that is missing, and exits with 1', async () => {
    await applied({ 'image-size': {} });
    const denied = Object.assign(
      new Error('User: arn:aws:sts::1:assumed-role/x is not authorized to perform: ecr:DescribeImages on resource: y'),
      { name: 'AccessDeniedException' },
    );
    cli.world.facts.imageBytes = () => Promise.reject(denied);

    const { code, out } = await cli.run('check web');

    expect(code).toBe(1);
    expect(out.find((line) => line.includes('image-size'))).toMatch(
      /^unknown +image-size .*the right ecr:DescribeImages is missing/,
    );
  });

  test('runs all others with --all, which only warn', async () => {
    await applied({});
    cli.world.facts.clusterStatus = () => Promise.resolve('INACTIVE');

    const { code, out } = await cli.run('check web --all');

    expect(code).toBe(0);
    expect(out.find((line) => line.includes(' cluster '))).toMatch(/^warned +cluster .*main is INACTIVE/);
  });

  test('of another image checks that one, and changes nothing', async () => {
    await applied({});
    cli.world.addImage('412-9f8d111', `sha256:${'b'.repeat(64)}`);

    const { code, out } = await cli.run('check web --image 412-9f8d111');

    expect(code).toBe(0);
    expect(out.find((line) => line.includes(' image '))).toContain('tag 412-9f8d111');
    expect([cli.starts, cli.rollbacks, cli.world.changes, await cli.store.list('web', 10)]).toEqual([[], [], [], []]);
  });

  test.each([
    ['check shop', 'has no spec of a service "shop"'],
    ['check web --image 999-abcdef0', 'There is no image 999-abcdef0 in shop/web.'],
  ])('%s fails with what is wrong', async (command, why) => {
    await applied({});

    const { code, err } = await cli.run(command);

    expect([code, err.join('')]).toEqual([1, expect.stringContaining(why)]);
  });
});
