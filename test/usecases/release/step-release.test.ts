import { beforeEach, describe, expect, test } from '@jest/globals';
import { openRelease } from '../../../lib/usecases/release/open-release.ts';
import { reviveReleases } from '../../../lib/usecases/release/revive-releases.ts';
import { stepRelease } from '../../../lib/usecases/release/step-release.ts';
import { modelExecutionArn } from '../../model/model-executions.ts';
import { newDigest, oldDigest, ReleasedServices } from '../../releases/released-services.ts';

const releaseId = 'checkout-20260301-100000-abc123';
const executionArn = modelExecutionArn('release', releaseId);
let services: ReleasedServices;

beforeEach(async () => {
  services = new ReleasedServices(['api', 'web']);
  await services.applySpecs();
  const members = [
    { service: 'api', image: '412-9f8d111' },
    { service: 'web', image: '412-9f8d111', needs: { api: '>= 412' } },
  ];
  const request = { release: { release: 'checkout', members } };
  const startedAt = services.world.now().toISOString();
  await openRelease({ request, executionArn, executionName: releaseId, startedAt }, services.world);
  services.world.running.add(executionArn);
});

const step = () => stepRelease({ releaseId, executionArn, turns: 0 }, services.world);
const members = async () => (await services.world.releases.load(releaseId))?.state.members ?? [];

/** Evaluates for so long. */
async function during(seconds: number): Promise<string> {
  let outcome = 'waiting';
  for (let passed = 0; passed < seconds && outcome === 'waiting'; passed += 10) {
    ({ outcome } = await step());
    await services.pass(10);
  }
  return outcome;
}

describe('an evaluation of a release', () => {
  test('begins a member only once what it needs serves', async () => {
    await step();
    expect(services.world.started.map(({ input }) => input)).toEqual([
      expect.objectContaining({ service: 'api', image: newDigest, release: releaseId }),
    ]);
    expect(await during(300)).toBe('succeeded');
    expect(services.world.started.map(({ input }) => input)[1]).toMatchObject({ service: 'web' });
  });

  test('a need that the live tasks do not meet fails the member before it has begun', async () => {
    const onList = services.world.store.list.bind(services.world.store);
    services.world.store.list = async (...asked) => {
      // Others deploy to the slot that serves, as soon as the member has finished.
      if ((await members())[0]?.standing === 'serves') services.of('api').slots.b = oldDigest;
      return onList(...asked);
    };
    await during(300);

    expect((await members())[1]).toMatchObject({
      standing: 'failed',
      reason: expect.stringMatching(/^it needs api >= 412, and sha256:a+ serves, not 412-9f8d111$/),
    });
    expect(services.world.started.some(({ input }) => JSON.stringify(input).includes('"web"'))).toBe(false);
  });

  test('what it needs that cannot be found out holds it for half an hour, then it fails', async () => {
    await during(40);
    services.world.runtime.runningDigests = () => Promise.reject(new Error('ECS does not answer'));
    await during(1200);
    expect((await members())[1]).toMatchObject({
      standing: 'waiting',
      held: { reason: expect.stringContaining('ECS does not answer') },
    });
    await during(1200);
    expect((await members())[1]).toMatchObject({
      standing: 'failed',
      reason: expect.stringContaining('held for 30 min'),
    });
  });

  test('a freeze in the middle holds the members that have not begun, and no rollback', async () => {
    await step();
    const at = services.world.now().toISOString();
    await services.world.store.putStop({}, { by: 'ana', reason: 'the database is moved', at });
    await during(200);

    expect(await members()).toMatchObject([{ standing: 'serves' }, { standing: 'waiting', held: {} }]);
    await services.goBackByHand('api', 'by-hand');
    expect(await during(300)).toBe('rolledBack');
    expect(await members()).toMatchObject([{ standing: 'back' }, { standing: 'waiting' }]);
  });

  test('both of a release go back, the one that needs the other first', async () => {
    services.fates.set('web', ['rolledBack']);
    expect(await during(600)).toBe('rolledBack');

    expect(await members()).toMatchObject([{ standing: 'back' }, { standing: 'failed' }]);
    expect(services.isAllNew('api') || services.isAllNew('web')).toBe(false);
  });

  test('one that cannot go back is named, and what it needs stays', async () => {
    services.fates.set('api', ['good', 'notOpened', 'notOpened', 'notOpened']);
    services.fates.set('web', ['rolledBack']);
    expect(await during(600)).toBe('incomplete');

    expect((await members())[0]).toMatchObject({ standing: 'stuck' });
    expect(services.world.announcements.find(({ type }) => type === 'MemberStuck')).toMatchObject({
      severity: 'critical',
      summary: expect.stringContaining('sluice rollback api'),
    });
  });

  test('is left to the execution that goes on with it', async () => {
    const other = { releaseId, executionArn: modelExecutionArn('release', 'another'), turns: 0 };

    expect(await stepRelease(other, services.world)).toMatchObject({ outcome: 'joined' });
    services.world.running.delete(executionArn);
    expect(await stepRelease(other, services.world)).toMatchObject({ outcome: 'waiting' });
    expect((await services.world.releases.load(releaseId))?.state.executionArn).toBe(other.executionArn);
  });

  test('a release without an execution is taken up once', async () => {
    expect(await reviveReleases({}, services.world)).toEqual({ revived: [] });
    services.world.running.delete(executionArn);

    expect(await reviveReleases({}, services.world)).toEqual({ revived: [releaseId] });
    expect(await reviveReleases({}, services.world)).toEqual({ revived: [] });
    expect(services.world.startedReleases.map(({ input }) => input)).toEqual([{ releaseId }]);
  });
});
