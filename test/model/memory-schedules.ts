import type { Schedules } from '../../lib/ports/schedules.ts';
import type { OneTimeSchedule } from '../../lib/rollout/one-time-schedule.ts';

/**
 * Schedules in memory; time passes where a test asks what is due. What is set under the name of one that has fired is lost, as EventBridge
 * Scheduler deletes it with the fired one.
 */
export class MemorySchedules implements Schedules {
  readonly #set = new Map<string, OneTimeSchedule>();
  readonly #fired = new Set<string>();

  put(schedule: OneTimeSchedule): Promise<void> {
    if (this.#fired.has(schedule.name)) return Promise.resolve();
    this.#set.set(schedule.name, { ...schedule, at: new Date(Math.ceil(schedule.at.getTime() / 1000) * 1000) });
    return Promise.resolve();
  }

  remove(name: string): Promise<void> {
    this.#set.delete(name);
    return Promise.resolve();
  }

  /** What is set now, the earliest first. */
  pending(): readonly OneTimeSchedule[] {
    return [...this.#set.values()].sort((left, right) => left.at.getTime() - right.at.getTime());
  }

  /** Takes out what fires up to a moment, in order: the caller starts the rollback machine with each input. */
  due(now: Date): readonly OneTimeSchedule[] {
    const fired = this.pending().filter(({ at }) => at <= now);
    for (const { name } of fired) {
      this.#set.delete(name);
      this.#fired.add(name);
    }
    return fired;
  }
}
