import type { FaultPlan } from '../faults/faults.ts';
import type { AwsService } from '../faults/services.ts';
import { closedSeconds, type Stretch } from '../faults/spans.ts';
import { activeRollouts, type Truth, type Watch } from './watch.ts';

/** From the first request that meets no task until traffic is back: an evaluation each period, the rollback, and the rules' own delay. */
const detectionSeconds = 240;

/** Follows how long green has traffic and no healthy target while blue could serve. */
export class UsersFirst {
  readonly #plan: FaultPlan;
  readonly #truth: () => Truth;
  readonly #watch: Watch;
  readonly #onlyGreen: Stretch[] = [];
  #onlyGreenSince: number | undefined;
  #since: number | undefined;
  #isTold = false;

  constructor(plan: FaultPlan, truth: () => Truth, watch: Watch) {
    this.#plan = plan;
    this.#truth = truth;
    this.#watch = watch;
  }

  /** Stretches in which green could serve and blue could not: a rollback leaves traffic where it is then. */
  get onlyGreenServed(): readonly Stretch[] {
    const since = this.#onlyGreenSince;
    return since === undefined ? this.#onlyGreen : [...this.#onlyGreen, [since, this.#watch.seconds]];
  }

  /** Called whenever time has gone on. */
  check(): void {
    const second = this.#watch.seconds;
    this.#followBlue(second);
    const side = this.#deadSide();
    if (side === undefined) {
      this.#since = undefined;
      return;
    }
    this.#since ??= second;
    const open = second - this.#since - closedSeconds(this.#plan, needed, [this.#since, second]);
    if (open <= detectionSeconds || this.#isTold) return;
    this.#isTold = true;
    const said = `${side} had traffic and no healthy target for ${String(Math.round(open))} s, blue could serve`;
    this.#watch.break('users go to a side that can serve', said);
  }

  #followBlue(second: number): void {
    const { table, slots } = this.#truth();
    const [active] = activeRollouts(table);
    const healthyOf = (slot: 'a' | 'b') => slots.healthy(active?.spec.slots[slot].targetGroup ?? '').healthy;
    const onlyGreen = active !== undefined && healthyOf(active.blue) === 0 && healthyOf(active.green) > 0;
    if (onlyGreen) this.#onlyGreenSince ??= second;
    else if (this.#onlyGreenSince !== undefined) {
      this.#onlyGreen.push([this.#onlyGreenSince, second]);
      this.#onlyGreenSince = undefined;
    }
  }

  #deadSide(): string | undefined {
    const { table, balancer, slots } = this.#truth();
    const [active] = activeRollouts(table);
    if (active === undefined || active.weight === 0) return undefined;
    const [green, blue] = [active.spec.slots[active.green], active.spec.slots[active.blue]];
    if (slots.healthy(green.targetGroup).healthy > 0 || slots.healthy(blue.targetGroup).healthy === 0) return undefined;
    return balancer.shareOf(green) > 0 ? `green of ${active.rolloutId}` : undefined;
  }
}

/** Without one of these nobody sees that green is dead, or nothing can be done about it. */
const needed: readonly AwsService[] = ['dynamodb', 'lambda', 'step-functions', 'scheduler', 'elb'];
