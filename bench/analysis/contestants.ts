import { fewestRollouts } from '../../lib/analysis/lesson.ts';
import { experienced, ownJudge } from './experience.ts';
import { alarms, argo, flagger, mannWhitney } from './judges.ts';
import type { Contestant } from './measure.ts';
import { oracle } from './oracle.ts';
import type { Own } from './own.ts';
import { experiencedName, mannWhitneyName, oracleName, ours } from './report.ts';
import { requiredSteps } from './schedule.ts';

/** All judges of the benchmark, in the order of its tables: ours, those of others on the required steps, and the oracle on ours. */
export function contestants({ settings, scheduleAt, warmUpMinutes }: Own): Readonly<Record<string, Contestant>> {
  const others = {
    [mannWhitneyName]: mannWhitney,
    'Argo, failureLimit 0': argo(0),
    'Argo, failureLimit 3': argo(3),
    'Flagger, threshold 10': flagger(10),
    'alarm, 3 of 3': alarms(3),
  };
  const required = Object.entries(others).map(
    ([name, judge]) => [name, { judgeOf: () => judge, scheduleAt: () => requiredSteps }] as const,
  );
  return {
    [ours]: { judgeOf: ownJudge(settings), scheduleAt },
    [experiencedName]: { judgeOf: experienced(settings, fewestRollouts), scheduleAt },
    ...Object.fromEntries(required),
    [oracleName]: { judgeOf: () => oracle(0.01, warmUpMinutes), scheduleAt },
  };
}
