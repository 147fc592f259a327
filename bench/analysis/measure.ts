import type { PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import type { Decision, Judge } from './judges.ts';
import type { Shape } from './shapes.ts';
import { simulate } from './traffic.ts';

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

/** Lets every judge decide the same simulated rollouts; the seed and the shape's name decide them whole. */
export function measure(
  shape: Shape,
  judges: Readonly<Record<string, Judge>>,
  runs: number,
  seed: number,
): MeasuredShape {
  const totals = new Map(Object.keys(judges).map((name) => [name, new Totals()]));
  for (let run = 0; run < runs; run += 1) {
    const periods = simulate(shape, seed, hashOf(shape.name), run);
    for (const [name, judge] of Object.entries(judges)) {
      const started = process.cpuUsage();
      const decision = judge(periods);
      const { user, system } = process.cpuUsage(started);
      const bad = badUntil(periods, decision.rolledBackAt);
      const before =
        shape.beginsAt === 0 ? 0 : badUntil(periods, Math.min(decision.rolledBackAt ?? Infinity, shape.beginsAt - 1));
      totals.get(name)?.add(decision, { bad, before }, (user + system) / 1000);
    }
  }
  return { shape, judges: [...totals].map(([name, total]) => total.mean(name, runs)) };
}

/** Green's bad responses until the decision, and those of them from before the regression began. */
interface Harm {
  readonly bad: number;
  readonly before: number;
}

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
      this.#minutes += rolledBackAt + 1;
      if (rolledBackAt === 0) this.#first += 1;
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

/** Green's errors and slow responses up to and with a minute; of the whole rollout where none is given. */
function badUntil(periods: readonly PeriodOfBoth[], minute: number | undefined): number {
  let bad = 0;
  for (const { at, weight, green } of periods) {
    if (weight === 0 || (minute !== undefined && at > minute * 60)) continue;
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
