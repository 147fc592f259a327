import type { Random } from '../../../bench/analysis/random.ts';
import type { OneTimeSchedule } from '../../../lib/rollout/one-time-schedule.ts';
import type { VirtualClock } from '../kernel/clock.ts';

/** How many times a hint is delivered, and after how many milliseconds more. */
export interface Delivery {
  readonly times: number;
  readonly extra: number;
}

/** EventBridge Scheduler fires within a minute after the time, now and then more than once. */
const latestMilliseconds = 60_000;

export class Scheduler {
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #fire: (schedule: OneTimeSchedule) => void;
  readonly #delivery: () => Delivery;
  readonly set = new Map<string, OneTimeSchedule>();

  constructor(
    clock: VirtualClock,
    random: Random,
    delivery: () => Delivery,
    fire: (schedule: OneTimeSchedule) => void,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#delivery = delivery;
    this.#fire = fire;
  }

  put(given: OneTimeSchedule): void {
    const schedule = { ...given, at: new Date(Math.ceil(given.at.getTime() / 1000) * 1000) };
    this.set.set(schedule.name, schedule);
    const wait = schedule.at.getTime() - this.#clock.now();
    this.#clock.after(wait + this.#random.integer(0, latestMilliseconds), () => {
      // One that was moved or removed meanwhile is another.
      if (this.set.get(schedule.name) !== schedule) return;
      this.set.delete(schedule.name);
      const { times, extra } = this.#delivery();
      for (let time = 0; time < times; time += 1) {
        this.#clock.after(extra * time, () => {
          this.#fire(schedule);
        });
      }
    });
  }

  remove(name: string): void {
    this.set.delete(name);
  }
}
