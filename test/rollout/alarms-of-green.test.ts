import { expect, test } from '@jest/globals';
import { alarmsOfGreen } from '../../lib/rollout/alarms-of-green.ts';
import { modelSpec } from '../model/model-world.ts';

test.each(['a', 'b'] as const)('an alarm on a slot speaks of green only while that slot is green: %s', (green) => {
  const [a, b] = ['sluice/production/web/slot-a/error-rate', 'sluice/production/web/slot-b/error-rate'];
  const others = ['shop-orders', 'sluice/production/web/error-rate', 'other/slot-a/x'];
  const spec = modelSpec({ alarms: [a, b, ...others] });

  expect(alarmsOfGreen({ spec, green })).toEqual([green === 'a' ? a : b, ...others]);
});
