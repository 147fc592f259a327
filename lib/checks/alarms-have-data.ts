import type { Check } from './check.ts';
import { namedAlarms } from './named-alarms.ts';

/** An alarm without data is as quiet as one without trouble. */
export const alarmsHaveData: Check = {
  name: 'alarms-have-data',
  expected: 'every alarm to have data',
  page: {
    asks: 'Do the alarms have data to judge by?',
    reads: 'the alarms of `names`, or of `alarms` of the spec',
    rights: ['cloudwatch:DescribeAlarms'],
    fails: 'an alarm is in the state INSUFFICIENT_DATA, or does not exist',
    fix: 'correct metric and dimensions of the alarm, or see why its metric is not published',
    answers: 'Alarms exist and are quiet',
  },
  async observe({ spec }, world) {
    const alarms = await namedAlarms(spec, spec.checks?.['alarms-have-data']?.names, world);
    if ('passed' in alarms) return alarms;
    const blind = alarms.found
      .filter(({ state }) => state === 'INSUFFICIENT_DATA')
      .map(({ name }) => `${name} has no data`);
    const wrong = [...alarms.lost.map((name) => `${name} does not exist`), ...blind];
    return {
      passed: wrong.length === 0,
      saw: wrong.length === 0 ? `${String(alarms.found.length)} alarms with data` : wrong.join(', '),
    };
  },
};
