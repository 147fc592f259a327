import { describe, expect, test } from '@jest/globals';
import { seeded } from '../../lib/calibration/random.ts';
import { buildOf } from './build.ts';
import type { Fault } from './faults/faults.ts';
import { changed } from './mechanisms/alterations.ts';
import { scenarioOf } from './scenario.ts';
import { simulate } from './simulation.ts';

/** Against hanging, not a measure of speed. */
const patience = 3_600_000;
const seeds = Array.from({ length: 40 }, (_, index) => index + 1);

/** The table does not answer from some moment of a rollout on; in every third run its execution is stopped, too. */
function tableLost(seed: number) {
  const random = seeded(seed, 77);
  const from = random.integer(100, 900);
  const answer = random.uniform() < 0.5 ? 'refused' : 'silent';
  const outage = { kind: 'outage', of: 'dynamodb', answer, from, seconds: random.integer(300, 5_000) } as const;
  const stop = { kind: 'stopped', machine: 'rollout', at: from + 10 } as const;
  const faults: readonly Fault[] = seed % 3 === 0 ? [outage, stop] : [outage];
  return { outage, faults };
}

interface Found {
  readonly violations: readonly string[];
  /** Runs in which traffic went back without the table. */
  readonly moved: number;
  /** How long after the table's return each of their rollouts was claimed, in seconds. */
  readonly claimedAfter: readonly number[];
}

async function runAll(build: ReturnType<typeof buildOf>, drawn = tableLost, runs = seeds): Promise<Found> {
  const violations: string[] = [];
  const claimedAfter: number[] = [];
  let moved = 0;
  for (const seed of runs) {
    const { outage, faults } = drawn(seed);
    const outcome = await simulate(scenarioOf(seed), faults, build);
    violations.push(
      ...outcome.violations.map(({ invariant, said }) => `run ${String(seed)} breaks "${invariant}": ${said}`),
    );
    const wrote = outcome.story.some(({ said }) => /^Move(?:Rule|Listener):/.test(said));
    if (!wrote) continue;
    moved += 1;
    const end = outage.from + outage.seconds;
    const claimed = outcome.story.find(({ at, said }) => at >= end && said.startsWith('StopRollout:'));
    if (claimed !== undefined) claimedAfter.push(claimed.at - end);
  }
  return { violations, moved, claimedAfter };
}

describe('while the table does not answer for 5 to 83 minutes', () => {
  test(
    'blue has all traffic within the guard’s period, and no other promise is broken',
    async () => {
      const { violations, moved, claimedAfter } = await runAll(buildOf());

      expect(violations).toEqual([]);
      expect(moved).toBeGreaterThan(10);
      expect(claimedAfter.length).toBeGreaterThan(10);
      expect(Math.max(...claimedAfter)).toBeLessThan(68);
    },
    patience,
  );

  test(
    'an attempt that is stopped right before it moves a rule is made again, by its own event',
    async () => {
      const stopped = (seed: number) => {
        const { faults, outage } = tableLost(seed);
        const inMove = { kind: 'stopped-in', state: 'MoveRule', nth: 1, milliseconds: 0 } as const;
        return { outage, faults: [...faults, inMove] };
      };
      const { violations, moved } = await runAll(buildOf(), stopped);

      expect(violations).toEqual([]);
      expect(moved).toBeGreaterThan(10);
    },
    patience,
  );

  test.each(['Claim', 'DescribeRollout', 'MoveRule', 'AwaitTable'])(
    'an attempt that is stopped in %s is made again by the sweep where no event tells of its end',
    async (state) => {
      const stopped = (seed: number) => {
        const { faults, outage } = tableLost(seed);
        const inState = { kind: 'stopped-in', state, nth: 1, milliseconds: 0 } as const;
        const untold = { kind: 'hint', of: 'status', how: 'gone', nth: 1 } as const;
        return { outage, faults: [...faults, inState, untold] };
      };
      const { violations, moved } = await runAll(buildOf(), stopped, seeds.slice(0, 20));

      expect(violations).toEqual([]);
      expect(moved).toBeGreaterThan(5);
    },
    patience,
  );

  test(
    'an execution that only claims again leaves users on green until the table is back',
    async () => {
      const alterMachine = changed('rollback', { HasSucceeded: (own) => ({ ...own, Default: 'IsPageDue' }) });
      const { violations } = await runAll(buildOf({ alterMachine }));
      const late = violations.filter((said) => said.includes('blue is back within the guard’s period'));

      expect(late.length).toBeGreaterThan(5);
    },
    patience,
  );
});
