import type { Check } from './check.ts';
import { namedAlarms } from './named-alarms.ts';

/** A rollout during an incident adds a second unknown to the first. */
export const alarmsQuiet: Check = {
  name: 'alarms-quiet',
  expected: 'no alarm to ring',
  page: {
    asks: 'Are the alarms quiet?',
    reads: 'the alarms of `names`, or of `alarms` of the spec',
    rights: ['cloudwatch:DescribeAlarms'],
    fails: 'an alarm is in the state ALARM',
    fix: 'end the incident first, or waive the check for the rollout that ends it',
    answers: 'Alarms exist and are quiet',
  },
  async observe({ spec }, world) {
    const alarms = await namedAlarms(spec, spec.checks?.['alarms-quiet']?.names, world);
    if ('passed' in alarms) return alarms;
    const ringing = alarms.found.filter(({ state }) => state === 'ALARM');
    if (ringing.length > 0)
      return { passed: false, saw: ringing.map(({ name, reason }) => `${name}: ${reason}`).join('; ') };
    if (alarms.found.length === 0) return { passed: false, saw: `none of ${alarms.names.join(', ')} exists` };
    return { passed: true, saw: `${String(alarms.found.length)} alarms, none rings` };
  },
};
