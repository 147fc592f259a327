import { learnedFrom } from '../../lib/analysis/lesson.ts';
import { lessonOf } from '../../lib/analysis/lesson-of.ts';
import { type Judge, sluice } from './judges.ts';
import { seeded } from './random.ts';
import type { Schedule } from './schedule.ts';
import type { Shape } from './shape-of.ts';
import type { Settings } from './speed.ts';
import { seenByJudges, simulate } from './traffic.ts';

/** Healthy rollouts that are simulated of a service; each rollout's record is drawn from them. */
const pool = 30;
/** Apart from the stream of the rollouts that are judged. */
const earlier = 0x1e55;

/** Sluice's own gates with an empty record; on rules that keep clients on one side they know that. */
export function ownJudge(settings: Settings): (shape: Shape) => Judge {
  return ({ sticky }) => sluice({ ...settings, sticky });
}

/** Sluice's own gates once so many healthy rollouts of the service are in the record. */
export function experienced(
  settings: Settings,
  rollouts: number,
): (shape: Shape, schedule: Schedule, seed: number) => Judge {
  return (shape, schedule, seed) => {
    const { green: _, ...healthy } = shape;
    const twin = shape.healthy ? shape : healthy;
    const lessons = Array.from({ length: pool }, (_unused, index) =>
      lessonOf({ ...settings, periods: seenByJudges(simulate(twin, schedule, seed, earlier, index).periods) }),
    );
    const random = seeded(seed, earlier);
    return (seen, truth) => {
      const from = random.integer(0, pool - 1);
      const drawn = Array.from({ length: rollouts }, (_unused, index) => lessons[(from + 7 * index) % pool]);
      const learned = learnedFrom(drawn.flatMap((one) => one ?? []));
      return sluice({ ...settings, sticky: shape.sticky, learned })(seen, truth);
    };
  };
}
