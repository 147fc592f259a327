import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { limitBreaks } from '../../lib/calibration/limit-breaks.ts';
import { ownPast, trafficIn } from '../../lib/calibration/own-minutes.ts';
import { proposalFor, withProposal } from '../../lib/calibration/proposal.ts';
import { defaultGates, limitProblem, type SpecGate } from '../../lib/specification/gate.ts';
import { defaultSpec } from '../model/model-world.ts';
import { began, steadyRows } from './past.ts';

const errorRate: SpecGate = defaultGates.find(({ name }) => name === 'error-rate') ?? shareGate();
const availability: SpecGate = {
  name: 'availability',
  good: { metric: 'answered' },
  total: { metric: 'requests' },
  pass: 0.999,
  abort: 0.99,
};

function shareGate(): never {
  throw new Error('The default gates have no error rate any more.');
}

function minutesOf(points: readonly Readonly<Record<string, number>>[]) {
  return points.map((point, minute) => ({ at: began + minute * 60, point }));
}

describe('the past of a service by itself', () => {
  test('is that of the slot that serves; minutes of rollouts and minutes without requests are counted and left out', () => {
    const past = ownPast(
      [
        { at: 0, blue: { requests: 100, errors: 1 }, green: {} },
        { at: 60, blue: { requests: 95, errors: 0 }, green: { requests: 5, errors: 5 } },
        { at: 120, blue: {}, green: { requests: 80, errors: 2 } },
        { at: 180, blue: { requests: 0 }, green: {} },
        { at: 240, blue: { requests: 1000, errors: 0 }, green: { requests: 2, errors: 2 } },
        { at: 300, blue: { requests: Number.NaN }, green: { requests: -4 } },
      ],
      10,
    );

    expect(past).toEqual({
      minutes: [
        { at: 0, point: { requests: 100, errors: 1 } },
        { at: 120, point: { requests: 80, errors: 2 } },
        { at: 240, point: { requests: 1000, errors: 0 } },
      ],
      shared: 1,
      silent: 6,
    });
  });

  test('its traffic is usual in the middle of its minutes, and quiet in a tenth of its hours', () => {
    const perHour = [6, ...Array.from({ length: 9 }, () => 600)];
    const points = perHour.flatMap((requests) => Array.from({ length: 60 }, () => ({ requests })));

    expect(trafficIn(minutesOf(points), 60)).toEqual({ usual: 10, quiet: 10 });
    expect(trafficIn(minutesOf([...points, ...points.slice(0, 60)]), 60)).toEqual({ usual: 10, quiet: 0.1 });
  });
});

describe('how often a service is beyond its limits', () => {
  test('one that never breaks a limit is beyond it in no stretch', () => {
    const within = fc.array(
      fc
        .nat(5000)
        .chain((requests) =>
          fc.record({ requests: fc.constant(requests), errors: fc.nat(Math.floor(requests / 100)) }),
        ),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(within, (points) => {
        const { beyondPass, beyondAbort } = limitBreaks(errorRate, minutesOf(points), 60);

        expect({ beyondPass, beyondAbort }).toEqual({ beyondPass: 0, beyondAbort: 0 });
      }),
    );
  });

  test('one error of ten requests is no 10 %: ten minutes count together', () => {
    const points = Array.from({ length: 10 }, (_, minute) => ({ requests: 10, errors: minute === 3 ? 1 : 0 }));

    expect(limitBreaks(errorRate, minutesOf(points), 60)).toMatchObject({ stretches: 1, beyondPass: 0, worst: 0.01 });
  });

  test('where more is better, less is worse', () => {
    const good = Array.from({ length: 10 }, () => ({ requests: 1000, answered: 1000 }));
    const bad = Array.from({ length: 10 }, () => ({ requests: 1000, answered: 980 }));

    expect(limitBreaks(availability, minutesOf([...good, ...good, ...bad]), 60)).toMatchObject({
      stretches: 3,
      beyondPass: 1,
      beyondAbort: 1,
      usual: 1,
      worst: 0.98,
    });
  });

  test('without data nothing is said, and counts that cannot be true are none', () => {
    const points = [{ requests: 10, errors: 11 }, { requests: 10 }, { errors: 3 }];

    expect(limitBreaks(errorRate, minutesOf(points), 60)).toEqual({
      gate: 'error-rate',
      unit: 'share',
      pass: 0.01,
      abort: 0.05,
      stretches: 0,
      beyondPass: 0,
      beyondAbort: 0,
    });
  });

  test('a sum over time is that of as much time', () => {
    const gate: SpecGate = { name: 'jobs', value: { metric: 'failedJobs' }, sumOver: 300, pass: 3, abort: 9 };
    const points = Array.from({ length: 10 }, (_, minute) => ({ failedJobs: minute < 5 ? 1 : 0 }));

    expect(limitBreaks(gate, minutesOf(points), 60)).toMatchObject({ stretches: 2, beyondPass: 1, worst: 5 });
  });
});

describe('what is proposed', () => {
  const spec = defaultSpec();
  const proposed = (errors: number, latency: number, quietPerSecond = 100) => {
    const rows = steadyRows({ minutes: 600, requests: 6000, errorRate: errors, latency });
    const { minutes } = ownPast(rows, 600);
    return proposalFor(
      spec,
      spec.gates.map((gate) => limitBreaks(gate, minutes, 60)),
      quietPerSecond,
    );
  };

  test('a limit that the service breaks by itself is moved out of its way, and says so', () => {
    const { limits } = proposed(0.02, 1.5);

    expect(limits).toEqual([
      {
        gate: 'error-rate',
        pass: 0.03,
        abort: 0.1,
        isNearer: false,
        why: expect.stringContaining('beyond the pass limit in 60 of 60 stretches'),
      },
    ]);
  });

  test('limits far from all that the service does are moved towards it, and none to nothing', () => {
    expect(proposed(0.0001, 0.1).limits).toMatchObject([
      { gate: 'error-rate', pass: 0.001, abort: 0.003, isNearer: true },
      { gate: 'latency-p95', pass: 0.15, abort: 0.5, isNearer: true },
    ]);
  });

  test('what is proposed is a good spec, whatever the service does', () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    const latency = fc.double({ min: 0.001, max: 60, noNaN: true });
    fc.assert(
      fc.property(chance, latency, fc.double({ min: 0, max: 1000, noNaN: true }), (errors, slow, quiet) => {
        const next = withProposal(spec, proposed(errors, slow, quiet));

        expect(next.gates.map((gate) => limitProblem(gate))).toEqual(next.gates.map(() => undefined));
        expect(next.gates.every(({ pass, abort }) => pass > 0 || abort > 0)).toBe(true);
        expect(next.steps.every(({ bake }, index) => bake >= (spec.steps[index]?.bake ?? 0) && bake <= 86_400)).toBe(
          true,
        );
      }),
      { numRuns: 25 },
    );
  });

  test('a bake is long enough for the quiet hours, and a step that such a rollout goes without stays', () => {
    const { bakes } = proposed(0.002, 1.5, 5 / 60);

    expect(bakes.map(({ weight }) => weight)).not.toContain(1);
    expect(bakes[0]).toMatchObject({
      step: 1,
      weight: 5,
      why: expect.stringContaining('requests that the step needs in 15m'),
    });
    expect(proposed(0.002, 1.5, 0).bakes).toEqual([]);
  });
});
