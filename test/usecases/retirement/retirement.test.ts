import { describe, expect, test } from '@jest/globals';
import { judgePreChecks } from '../../../lib/usecases/checks/judge-pre-checks.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { pinCapacity } from '../../../lib/usecases/green/pin-capacity.ts';
import { provisionGreen } from '../../../lib/usecases/green/provision-green.ts';
import { retireBlue } from '../../../lib/usecases/retirement/retire-blue.ts';
import { scaleDownBlue } from '../../../lib/usecases/retirement/scale-down-blue.ts';
import { digestOf, modelArns } from '../../model/model-world.ts';
import { badImage, journeyTo, openInput, passedChecks } from '../journey.ts';

/** A rollout has succeeded, and a newer one has been opened in its retention. */
async function withNewerRollout() {
  const { world, rolloutId } = await journeyTo('finished');
  world.addImage(badImage, digestOf('c'));
  const request = { ...openInput(badImage), executionArn: 'arn:aws:states:eu-west-1:1:execution:rollout:newer' };
  const opened = await openRollout(request, world);
  if (opened.outcome !== 'opened') throw new Error(opened.reason);
  const owned = { rolloutId: opened.rolloutId, fence: opened.fence };
  return { world, owned, retirement: { service: 'web', rolloutId } };
}

test.each([
  ['scaleDownBlue', scaleDownBlue],
  ['retireBlue', retireBlue],
] as const)(
  '%s removes a header rule that a late writer added after the end, and no other rollout’s',
  async (_, retire) => {
    const { world, rolloutId } = await journeyTo('finished');
    const route = { listenerArn: modelArns.listener, besideRule: modelArns.rule, header: 'canary', value: 'true' };
    await world.router.openHeaderRoute({ ...route, targetGroup: modelArns.groupB, rolloutId });
    await world.router.openHeaderRoute({ ...route, targetGroup: modelArns.groupA, rolloutId: 'web-newer' });

    await retire({ service: 'web', rolloutId }, world);

    expect([...world.headerRoutes.values()].map((one) => one.rolloutId)).toEqual(['web-newer']);
  },
);

describe('the retirement of a former blue, in whose retention a newer rollout was opened', () => {
  test('waits while that one may still be rejected, and goes on once it is', async () => {
    const { world, owned, retirement } = await withNewerRollout();
    expect(await scaleDownBlue(retirement, world)).toEqual({ outcome: 'busy' });
    expect(await retireBlue(retirement, world)).toEqual({ outcome: 'busy' });
    expect(world.slots.get('web-a')?.desired).toBe(2);

    const failed = [{ name: 'tag', passed: false, saw: 'latest', expected: 'a version' }];
    await judgePreChecks({ ...owned, results: failed }, world);

    expect(await scaleDownBlue(retirement, world)).toEqual({ outcome: 'scaledDown' });
    expect(world.slots.get('web-a')?.desired).toBe(1);
  });

  test('ends once that one has deployed to its slot', async () => {
    const { world, owned, retirement } = await withNewerRollout();
    await judgePreChecks({ ...owned, results: passedChecks }, world);
    await pinCapacity(owned, world);
    await provisionGreen(owned, world);

    expect(await scaleDownBlue(retirement, world)).toEqual({ outcome: 'superseded' });
    expect(await retireBlue(retirement, world)).toEqual({ outcome: 'superseded' });
  });
});
