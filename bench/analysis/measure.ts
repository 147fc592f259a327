import type { PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import type { Decision, Judge } from './judges.ts';
import type { Shape } from './shape-of.ts';
import { firstMinuteAt, type Schedule } from './schedule.ts';
import { published } from './publication.ts';
import { seeded } from '../../lib/calibration/random.ts';
import { seenByJudges, simulate } from './traffic.ts';

/** A judge, and the steps of the rollouts that it decides. */
export interface Contestant {
  /** The judge of a kind of rollouts. */
  readonly judgeOf: (shape: Shape, schedule: Schedule, seed: number) => Judge;
  /** The steps of a service with so many requests a second. */
  readonly scheduleAt: (rate: number, hasProposedBakes?: boolean) => Schedule;
}

/** A minute is judged when it has settled, and green keeps its traffic until then. */
export const settlingMinutes = 2;

/** Apart from the stream of the traffic, so that the traffic does not depend on how its metrics are published. */
const publicationSeed = 0x5e77;

/** What one judge did with all rollouts of one shape. */
export interface Measured {
  readonly judge: string;
  /** Shares of rollouts, 0..1. */
  readonly rolledBack: number;
  readonly held: number;
  readonly promoted: number;
  /** Minutes until a rollback, the deciding one included; mean over the rollouts that were rolled back. */
  readonly minutes: number | undefined;
  /** Green's errors and slow responses until the decision, mean over all rollouts. */
  readonly badResponses: number;
  /** Those of them that came when the regression had begun. */
  readonly badSinceBegin: number;
  /** Share of rollouts decided at the first datapoint. */
  readonly atFirst: number;
  /** Milliseconds of CPU a rollout. */
  readonly milliseconds: number;
}

export interface MeasuredShape {
  readonly shape: Shape;
  readonly judges: readonly Measured[];
}

/** Lets every judge decide the same kind of simulated rollouts; the seed and the shape's name decide them whole. */
export function measure(
  shape: Shape,
  judges: Readonly<Record<string, Contestant>>,
  runs: number,
  seed: number,
): MeasuredShape {
  const totals = new Map(Object.keys(judges).map((name) => [name, new Totals()]));
  const contestants = Object.entries(judges).map(([name, { judgeOf, scheduleAt }]) => {
    const schedule = scheduleAt(shape.rate, shape.hasProposedBakes);
    return { name, judge: judgeOf(shape, schedule, seed), schedule };
  });
  const schedules = new Set(contestants.map(({ schedule }) => schedule));
  for (let run = 0; run < runs; run += 1) {
    for (const schedule of schedules) {
      const { periods, truth: shares } = simulate(shape, schedule, seed, hashOf(shape.name), run);
      const random = seeded(seed, hashOf(shape.name), run, publicationSeed);
      const seen = published(seenByJudges(periods), random);
      for (const contestant of contestants) {
        if (contestant.schedule !== schedule) continue;
        const started = process.threadCpuUsage();
        const decision = contestant.judge(seen, { schedule, shares });
        const { user, system } = process.threadCpuUsage(started);
        totals.get(contestant.name)?.add(decision, harmOf(periods, decision, shape, schedule), (user + system) / 1000);
      }
    }
  }
  return { shape, judges: [...totals].map(([name, total]) => total.mean(name, runs)) };
}

function harmOf(
  periods: readonly PeriodOfBoth[],
  { rolledBackAt }: Decision,
  { beginsAtWeight }: Shape,
  schedule: Schedule,
): Harm {
  const acted = rolledBackAt === undefined ? Infinity : rolledBackAt + settlingMinutes;
  const begins = firstMinuteAt(schedule, beginsAtWeight);
  return { bad: badUntil(periods, acted), before: begins === 0 ? 0 : badUntil(periods, Math.min(acted, begins - 1)) };
}

/** Green's bad responses until the decision, and those of them from before the regression began. */
interface Harm {
  readonly bad: number;
  readonly before: number;
}

/** The minute of the first datapoint: the one before it, in which the weight changed, is left out. */
const firstSeen = 1;

class Totals {
  #rolledBack = 0;
  #held = 0;
  #minutes = 0;
  #bad = 0;
  #badBefore = 0;
  #first = 0;
  #milliseconds = 0;

  add({ rolledBackAt, isHeld = false }: Decision, { bad, before }: Harm, milliseconds: number): void {
    if (rolledBackAt !== undefined) {
      this.#rolledBack += 1;
      this.#minutes += rolledBackAt + 1 + settlingMinutes;
      if (rolledBackAt === firstSeen) this.#first += 1;
    } else if (isHeld) {
      this.#held += 1;
    }
    this.#bad += bad;
    this.#badBefore += before;
    this.#milliseconds += milliseconds;
  }

  mean(judge: string, runs: number): Measured {
    return {
      judge,
      rolledBack: this.#rolledBack / runs,
      held: this.#held / runs,
      promoted: 1 - (this.#rolledBack + this.#held) / runs,
      minutes: this.#rolledBack === 0 ? undefined : this.#minutes / this.#rolledBack,
      badResponses: this.#bad / runs,
      badSinceBegin: (this.#bad - this.#badBefore) / runs,
      atFirst: this.#first / runs,
      milliseconds: this.#milliseconds / runs,
    };
  }
}

/** Green's errors and slow responses up to and with a minute. */
function badUntil(periods: readonly PeriodOfBoth[], minute: number): number {
  let bad = 0;
  for (const { at, weight, green } of periods) {
    if (weight === 0 || at > minute * 60) continue;
    bad += (green['errors'] ?? 0) + (green['slow'] ?? 0);
  }
  return bad;
}

/** A name as a number, so that a shape keeps its rollouts when others come before it. */
function hashOf(name: string): number {
  let hash = 7;
  for (const character of name) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash;
}
