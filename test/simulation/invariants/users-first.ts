import type { FaultPlan } from '../faults/faults.ts';
import type { AwsService } from '../faults/services.ts';
import { closedSeconds } from '../faults/spans.ts';
import { activeRollouts, type Truth, type Watch } from './watch.ts';

/** From the first request that meets no task until traffic is back: an evaluation each period, the way back, and the rules' own delay. */
const detectionSeconds = 240;

/** Follows how long green has traffic and no healthy target while blue could serve. */
export class UsersFirst {
  readonly #plan: FaultPlan;
  readonly #truth: () => Truth;
  readonly #watch: Watch;
  #since: number | undefined;
  #isTold = false;

  constructor(plan: FaultPlan, truth: () => Truth, watch: Watch) {
    this.#plan = plan;
    this.#truth = truth;
    this.#watch = watch;
  }

  /** Called whenever time has gone on. */
  check(): void {
    const second = this.#watch.seconds;
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
