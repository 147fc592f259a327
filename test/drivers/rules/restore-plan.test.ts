import { describe, expect, test } from '@jest/globals';
import { isOnBlue, parseRestorePlan, restorePlanOf } from '../../../lib/drivers/rules/restore-plan.ts';
import { twoBalancers } from '../../model/two-balancers.ts';
import { journeyTo } from '../../usecases/journey.ts';

const { a1, a2, b2, internal, spec, prepare, route } = twoBalancers;

describe('the restore plan of a service behind two load balancers', () => {
  test('goes through a file and back, and knows both pairs', async () => {
    const journey = await journeyTo('opened', { spec, prepare, route });
    const plan = restorePlanOf((await journey.stored()).state);

    expect(plan.morePairs).toEqual([{ blueTargetGroup: a2, greenTargetGroup: b2 }]);
    expect(parseRestorePlan(JSON.stringify(plan))).toEqual({ ok: true, plan });
    expect([{ [a1]: 1 }, { [a2]: 100, [b2]: 0 }].map((weights) => isOnBlue(weights, plan))).toEqual([true, true]);
    expect([{ [b2]: 1 }, { [a1]: 1, [a2]: 1 }, {}].map((weights) => isOnBlue(weights, plan))).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('without its second pair is refused', async () => {
    const journey = await journeyTo('opened', { spec, prepare, route });
    const { morePairs: _, ...plan } = restorePlanOf((await journey.stored()).state);
    const parsed = parseRestorePlan(JSON.stringify(plan));

    expect(parsed).toMatchObject({ ok: false });
    expect(parsed.ok ? [] : parsed.problems).toContain('items.2: it does not send all traffic to blue');
    expect(plan.items[2]?.arn).toBe(internal);
  });
});
