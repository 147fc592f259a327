import { retryForSeconds } from '../../../lib/platform/scheduler-schedules.ts';
import type { Random } from '../../../lib/calibration/random.ts';
import type { OneTimeSchedule } from '../../../lib/rollout/one-time-schedule.ts';
import type { VirtualClock } from '../kernel/clock.ts';

/** How many times a hint is delivered, and after how many milliseconds more. */
export interface Delivery {
  readonly times: number;
  readonly extra: number;
}

/** EventBridge Scheduler fires within a minute after the time, now and then more than once. */
const latestMilliseconds = 60_000;
/** A schedule is deleted "shortly after" its last delivery; AWS names no figure. */
const deletedAfter = 60_000;
/** Longest time between two attempts to reach a target, in milliseconds. */
export const longestBackoff = 300_000;

interface Parts {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly delivery: () => Delivery;
  /** Milliseconds until the scheduler works again; 0 while it does. */
  readonly standsStill: () => number;
  /** False where the target does not take it now. */
  readonly fire: (schedule: OneTimeSchedule) => boolean;
}

export class Scheduler {
  readonly #parts: Parts;
  readonly set = new Map<string, OneTimeSchedule>();
  /** Names that have fired and are not deleted yet, with the deliveries that are left: what is set under one is deleted with it. */
  readonly #leaving = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  put(given: OneTimeSchedule): void {
    if (this.#leaving.has(given.name)) return;
    const schedule = { ...given, at: new Date(Math.ceil(given.at.getTime() / 1000) * 1000) };
    this.set.set(schedule.name, schedule);
    const { clock, random } = this.#parts;
    const wait = schedule.at.getTime() - clock.now();
    clock.after(wait + random.integer(0, latestMilliseconds), () => {
      this.#isDue(schedule);
    });
  }

  remove(name: string): void {
    this.set.delete(name);
  }

  #isDue(schedule: OneTimeSchedule): void {
    const { clock, delivery, standsStill } = this.#parts;
    // One that was moved or removed meanwhile is another.
    if (this.set.get(schedule.name) !== schedule) return;
    const stillFor = standsStill();
    if (stillFor > 0) {
      clock.after(stillFor, () => {
        this.#isDue(schedule);
      });
      return;
    }
    this.set.delete(schedule.name);
    const { times, extra } = delivery();
    this.#leaving.set(schedule.name, times);
    if (times === 0) this.#isDone(schedule.name);
    for (let time = 0; time < times; time += 1) {
      clock.after(extra * time, () => {
        this.#attempt(schedule, clock.now(), 0);
      });
    }
  }

  /** Tries again as long as the schedule's own retry policy says; then it is in the dead-letter queue. */
  #attempt(schedule: OneTimeSchedule, since: number, attempts: number): void {
    const { clock, fire } = this.#parts;
    const isTaken = fire(schedule);
    const wait = Math.min(longestBackoff, 1000 * 2 ** attempts);
    if (isTaken || clock.now() + wait > since + retryForSeconds * 1000) {
      this.#isDone(schedule.name);
      return;
    }
    clock.after(wait, () => {
      this.#attempt(schedule, since, attempts + 1);
    });
  }

  /** The name is free again some time after its last delivery. */
  #isDone(name: string): void {
    const left = (this.#leaving.get(name) ?? 1) - 1;
    this.#leaving.set(name, left);
    if (left > 0) return;
    this.#parts.clock.after(deletedAfter, () => {
      this.#leaving.delete(name);
    });
  }
}
