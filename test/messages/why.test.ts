import { describe, expect, test } from '@jest/globals';
import { whyLine } from '../../lib/messages/why.ts';
import { defaultGates } from '../../lib/specification/gate.ts';

const spec = { gates: [...defaultGates], metrics: {} };
const judged = { gate: 'error-rate', pass: 0.01, abort: 0.05, requests: 500, green: 0.062, blue: 0.001 };

describe('one gate in one line', () => {
  test('has both values, the limits, and how sure it is that green is worse', () => {
    expect(whyLine({ ...judged, outcome: 'fail', sure: 0.999, reason: 'errors 6.2 %' }, spec)).toBe(
      'error-rate: fail. green 6.2 %, blue 0.1 %; passes up to 1 %, aborts above 5 %; a good version looks this bad in at most 1 of 1,000 rollouts. errors 6.2 %',
    );
  });

  test('says nothing of chances where nothing is compared', () => {
    const line = whyLine({ ...judged, outcome: 'hold', dryRun: true, reason: 'too few requests' }, spec);

    expect(line).toContain('error-rate: hold (advisory). ');
    expect(line).toContain('aborts above 5 %. too few requests');
  });
});
