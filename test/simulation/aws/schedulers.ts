import type { Random } from '../../../lib/calibration/random.ts';
import type { OneTimeSchedule } from '../../../lib/rollout/one-time-schedule.ts';
import type { VirtualClock } from '../kernel/clock.ts';
import type { Hints } from './hints.ts';
import { Scheduler } from './scheduler.ts';

interface Parts {
  readonly clock: VirtualClock;
  readonly hints: Hints;
  readonly firing: Random;
  readonly ending: Random;
  /** Milliseconds until the scheduler works again; 0 while it does. */
  readonly standsStill: () => number;
  /** The same of Step Functions. */
  readonly isDown: () => number;
  readonly startRollback: (schedule: OneTimeSchedule) => void;
}

/** Returns the schedules that start the rollback machine, and those that end a wait for people. */
export function schedulersOf({ clock, hints, firing, ending, standsStill, isDown, startRollback }: Parts) {
  return {
    scheduler: new Scheduler({
      ...{ clock, random: firing, standsStill },
      delivery: () => hints.delivery('schedule'),
      fire: (schedule) => {
        if (isDown() > 0) return false;
        startRollback(schedule);
        return true;
      },
    }),
    deadlines: new Scheduler({
      ...{ clock, random: ending, standsStill },
      delivery: () => ({ times: 1, extra: 0 }),
      fire: ({ input }) => {
        hints.deliver('deadline', 'ExpireApproval', input);
        return true;
      },
    }),
  };
}
