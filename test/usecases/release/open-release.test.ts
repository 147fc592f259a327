import { beforeEach, describe, expect, test } from '@jest/globals';
import { openRelease } from '../../../lib/usecases/release/open-release.ts';
import { digestOf } from '../../model/model-world.ts';
import { newDigest, ReleasedServices } from '../../releases/released-services.ts';

let services: ReleasedServices;
beforeEach(async () => {
  services = new ReleasedServices(['api', 'web']);
  services.world.addImage('411-0000000', digestOf('d'));
  services.world.addImage('latest', digestOf('e'));
  await services.applySpecs();
});

const members = [
  { service: 'api', image: '412-9f8d111' },
  { service: 'web', image: '412-9f8d111', needs: { api: '>= 412' } },
];

const open = (request: Readonly<Record<string, unknown>> = {}, executionName = 'a-person-in-the-console') =>
  openRelease(
    {
      request: { release: { release: 'checkout', members }, ...request },
      executionArn: `arn:aws:states:eu-west-1:111122223333:execution:sluice-test-release:${executionName}`,
      executionName,
      startedAt: services.world.now().toISOString(),
    },
    services.world,
  );

const holds = () =>
  Promise.all(['api', 'web'].map(async (service) => (await services.world.store.service(service)).hold?.releaseId));

describe('opening a release', () => {
  test('pins every image to its digest and takes all members', async () => {
    const answer = await open({ requestedBy: 'ana', reason: 'launch' });

    const releaseId = answer.outcome === 'opened' ? answer.releaseId : '';
    expect(releaseId).toMatch(/^checkout-20260301-100000-[0-9a-f]{6}$/);
    expect((await services.world.releases.load(releaseId))?.state).toMatchObject({
      requestedBy: 'ana',
      reason: 'launch',
      onFailure: 'rollBackAll',
      members: [
        { service: 'api', digest: newDigest, tag: '412-9f8d111', standing: 'waiting' },
        { service: 'web', digest: newDigest, needs: { api: '>= 412' } },
      ],
    });
    expect(await holds()).toEqual([releaseId, releaseId]);
    expect(await open({ requestedBy: 'ana', reason: 'launch' })).toEqual(answer);
  });

  test('goes by the name of its execution where that is one', async () => {
    const name = 'checkout-20260301-095959-abc123';

    expect(await open({}, name)).toMatchObject({ releaseId: name });
  });

  test('a member that serves its image already counts as finished', async () => {
    services.of('api').slots.a = newDigest;
    const answer = await open();

    const stored = await services.world.releases.load(answer.outcome === 'opened' ? answer.releaseId : '');
    expect(stored?.state.members.map(({ standing }) => standing)).toEqual(['unchanged', 'waiting']);
  });

  const without = (change: Readonly<Record<string, unknown>>) => ({ release: { release: 'checkout', ...change } });

  test.each<readonly [string, Readonly<Record<string, unknown>>, string]>([
    ['no spec is applied', without({ members: [{ service: 'shop', image: '412-9f8d111' }] }), 'No spec is applied for'],
    ['no image is named', without({ members: [{ service: 'api' }] }), 'No image is named for api'],
    ['the image is not there', { images: { api: '999-0000000' } }, 'has no image 999-0000000'],
    ['an image is of no member', { images: { shop: '412-9f8d111' } }, 'shop is no member of checkout'],
    [
      'the release brings too old a version',
      { images: { api: '411-0000000' } },
      'web needs api >= 412, and this release brings 411-0000000, which is another version',
    ],
    ['a version cannot be told', { images: { api: 'latest' } }, 'brings latest, which names no version'],
    [
      'the order is a circle',
      without({
        members: [
          { service: 'api', after: ['web'] },
          { service: 'web', after: ['api'] },
        ],
      }),
      'wait for each other',
    ],
    ['something else is asked for', { dryRun: true }, 'dryRun'],
  ])('is refused where %s, and takes nothing', async (_, request, why) => {
    expect(await open(request)).toEqual({ outcome: 'rejected', reason: expect.stringContaining(why) });
    expect(await holds()).toEqual([undefined, undefined]);
  });

  test('is refused where every member serves its image already', async () => {
    for (const service of ['api', 'web']) services.of(service).slots.a = newDigest;

    expect(await open()).toEqual({ outcome: 'rejected', reason: 'Every member serves its image already.' });
  });

  test('is refused while a member is frozen', async () => {
    const stop = { by: 'ana', reason: 'the database is moved', at: services.world.now().toISOString() };
    await services.world.store.putStop({ service: 'web' }, stop);

    expect(await open()).toEqual({
      outcome: 'rejected',
      reason: expect.stringMatching(/^No rollout of web may start now: .*the database is moved/),
    });
    expect(await holds()).toEqual([undefined, undefined]);
  });

  test('is refused where it is not clear what serves', async () => {
    services.of('web').greenWeight = 50;

    expect(await open()).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('both slots get traffic'),
    });
  });

  test('names who holds a member', async () => {
    const first = await open();
    const again = await open({}, 'another-execution');

    const id = first.outcome === 'opened' ? first.releaseId : '';
    expect(again).toEqual({ outcome: 'rejected', reason: expect.stringContaining(`api by ${id}, web by ${id}`) });
  });
});
