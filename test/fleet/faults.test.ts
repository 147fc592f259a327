import { describe, expect, test } from '@jest/globals';
import { Faults } from '../../local/fleet/control/faults.ts';

describe('a fault of the fleet', () => {
  test('that is there for so many seconds ends by the clock', () => {
    let now = 1_000;
    const faults = new Faults(() => now);
    faults.order({ fault: 'throttle', action: 'ModifyRule', seconds: 0.3 });

    now += 299;
    expect(faults.take('throttle', 'ModifyRule')).toBe(true);
    expect(faults.take('throttle', 'CreateRule')).toBe(false);
    now += 1;
    expect(faults.take('throttle', 'ModifyRule')).toBe(false);
    expect(faults.active()).toEqual([]);
  });

  test('that is there for so many occasions is used up by them, whatever the clock says', () => {
    let now = 0;
    const faults = new Faults(() => now);
    faults.order({ fault: 'throttle', action: 'ModifyRule', times: 2 });

    now += 86_400_000;
    expect([1, 2, 3].map(() => faults.take('throttle', 'ModifyRule'))).toEqual([true, true, false]);
  });
});
