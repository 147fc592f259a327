import { describe, expect, test } from '@jest/globals';
import { Refusal } from '../../lib/rollout/refusal.ts';
import { runPreCheck } from '../../lib/usecases/checks/run-pre-check.ts';
import type { World } from '../../lib/ports/world.ts';
import { digestOf, modelSpec } from '../model/model-world.ts';
import { journeyTo } from '../usecases/journey.ts';
import { altered } from '../usecases/watched-world.ts';

const blue = digestOf('a');
const host = '111122223333.dkr.ecr.eu-west-1.amazonaws.com';

/** What the check says where blue's task definition names this image, and the registry answers so. */
async function check(image: string, find: World['registry']['find'], spec = modelSpec()) {
  const { owned, world } = await journeyTo('opened', { spec });
  const changed = altered(world, { runtime: { imageOf: () => Promise.resolve(image) } });
  const asked: unknown[] = [];
  const registry: World['registry'] = {
    list: () => Promise.resolve([]),
    find: (source, wanted) => {
      asked.push({ ...source, wanted });
      return find(source, wanted);
    },
  };
  return { found: await runPreCheck({ ...owned, check: 'blue image' }, { ...changed, registry }), asked };
}
const gone = () => Promise.resolve(undefined);
const there = () => Promise.resolve({ repositoryUri: `${host}/shop/web`, digest: blue, tags: [] });

describe('the pre-check of blue’s image', () => {
  test('passes while the registry of blue’s task definition has what blue runs', async () => {
    const { found, asked } = await check(`${host}/shop/web:latest`, there);

    expect(found).toMatchObject({ passed: true });
    expect(asked).toEqual([{ registry: host, repository: 'shop/web', wanted: blue }]);
  });

  test('rejects where it is gone, although the repository has others, and names the fix', async () => {
    const { found } = await check(`${host}/shop/web@${blue}`, gone);

    expect(found).toMatchObject({
      passed: false,
      saw: expect.stringContaining(`${host}/shop/web has no image ${blue}`),
    });
    expect(found.saw).toContain('push the same image again');
    expect(found.saw).toContain('rollback: { blueImage: optional }');
  });

  test('says so and passes where the spec allows that', async () => {
    const { found } = await check(`${host}/shop/web`, gone, modelSpec({ rollback: { blueImage: 'optional' } }));

    expect(found).toMatchObject({ passed: true, saw: expect.stringContaining('the spec allows that') });
  });

  test('asks the registry of another account that blue came from, and tells where it may not', async () => {
    const other = '999988887777.dkr.ecr.eu-central-1.amazonaws.com';
    const refused = () => Promise.reject(new Refusal('ECR does not let Sluice read it'));
    const { found, asked } = await check(`${other}/legacy/web:7`, refused);

    expect(asked).toEqual([{ registry: other, repository: 'legacy/web', wanted: blue }]);
    expect(found).toMatchObject({ passed: true, saw: expect.stringContaining('could not be looked for') });
  });

  test('asks nothing of a registry that is none of ECR', async () => {
    const { found, asked } = await check('nginx:1.27', gone);

    expect(found).toMatchObject({ passed: true, saw: expect.stringContaining('was not looked for') });
    expect(asked).toEqual([]);
  });

  test('cannot be answered by an outage: that is an error, and the rollout waits', async () => {
    await expect(check(`${host}/shop/web`, () => Promise.reject(new Error('throttled')))).rejects.toThrow('throttled');
  });
});
