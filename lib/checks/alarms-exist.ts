import type { Check } from './check.ts';
import { namedAlarms } from './named-alarms.ts';

/** An alarm that was renamed or notifies no one is noticed when it should have gone off. */
export const alarmsExist: Check = {
  name: 'alarms-exist',
  expected: 'every alarm to exist and to notify someone',
  page: {
    asks: 'Do the alarms exist, and do they notify someone?',
    reads: 'the alarms of `names`, or of `alarms` of the spec',
    rights: ['cloudwatch:DescribeAlarms'],
    fails: 'an alarm is missing, has no action, or its actions are switched off',
    fix: 'create the alarm, or correct its name and its actions',
    answers: 'Alarms exist and are quiet',
  },
  async observe({ spec }, world) {
    const alarms = await namedAlarms(spec, spec.checks?.['alarms-exist']?.names, world);
    if ('passed' in alarms) return alarms;
    const mute = alarms.found.filter(({ actions }) => actions === 0).map(({ name }) => `${name} notifies no one`);
    const wrong = [...alarms.lost.map((name) => `${name} does not exist`), ...mute];
    return {
      passed: wrong.length === 0,
      saw: wrong.length === 0 ? `${String(alarms.found.length)} alarms` : wrong.join(', '),
    };
  },
};
