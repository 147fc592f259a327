import { minuteOf } from '../../lib/analysis/gate-policy.ts';
import { differencesOf, learnedFrom, type Lesson } from '../../lib/analysis/lesson.ts';
import { policiesOf } from '../../lib/analysis/analyse.ts';
import type { PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import { lessonOf } from '../../lib/analysis/lesson-of.ts';
import { replay } from '../../lib/analysis/replay.ts';
import { type Judge, sluice } from './judges.ts';
import { seeded } from '../../lib/calibration/random.ts';
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
      lessonFrom(seenByJudges(simulate(twin, schedule, seed, earlier, index).periods), {
        ...settings,
        sticky: shape.sticky,
      }),
    );
    const random = seeded(seed, earlier);
    return (seen, truth) => {
      const from = random.integer(0, pool - 1);
      const drawn = Array.from({ length: rollouts }, (_unused, index) => lessons[(from + 7 * index) % pool]);
      const learned = learnedFrom(
        drawn.flatMap((one) => one ?? []),
        minuteOf(settings),
      );
      return sluice({ ...settings, sticky: shape.sticky, learned })(seen, truth);
    };
  };
}

/**
 * What a healthy rollout with an empty record teaches, as in lib/usecases/shifting/lesson-of-rollout.ts: nothing where it was rolled back, and the difference
 * between the slots alone where it asked people as too few lessons were there; they let it on.
 */
function lessonFrom(
  periods: readonly PeriodOfBoth[],
  settings: Settings & { readonly sticky: boolean },
): Lesson | undefined {
  const lesson = lessonOf({ ...settings, periods });
  if (!settings.sticky) return lesson;
  const { decision, reason } = replay({ ...settings, periods });
  if (decision === 'roll-back') return undefined;
  const isAsked = policiesOf(settings).some(
    ({ asksBecause = reason }) => reason.endsWith(asksBecause) && asksBecause !== reason,
  );
  return decision === 'hold' && isAsked ? differencesOf(lesson) : lesson;
}
