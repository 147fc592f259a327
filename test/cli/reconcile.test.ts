import { beforeEach, describe, expect, test } from '@jest/globals';
import { digestOf, modelSpec } from '../model/model-world.ts';
import { FakeCli } from './cli-harness.ts';

let cli: FakeCli;

beforeEach(async () => {
  cli = new FakeCli();
  await cli.store.putSpec(modelSpec(), 'ada', '2026-03-01T10:00:00.000Z');
  cli.world.addImage('412-9f8d111', digestOf('b'));
});

describe('sluice reconcile', () => {
  test('starts the image whose push nobody heard of, and says so', async () => {
    const { code, out } = await cli.run('reconcile');

    expect(code).toBe(0);
    expect(out[1]).toMatch(/^web +started +shop\/web:412-9f8d111 +pushed .* no rollout knows it$/);
    expect(cli.starts).toMatchObject([{ name: expect.stringMatching(/^reconcile-web-/) }]);
  });

  test('with --dry-run starts nothing', async () => {
    const { out } = await cli.run('reconcile web --dry-run --json');

    expect(JSON.parse(out.join(''))).toMatchObject([{ service: 'web', outcome: 'wouldStart' }]);
    expect(cli.starts).toEqual([]);
  });

  test('exits with 1 for a service that nobody knows', async () => {
    expect(await cli.run('reconcile shop')).toMatchObject({
      code: 1,
      out: [expect.anything(), expect.stringContaining('No spec is applied')],
    });
  });
});
