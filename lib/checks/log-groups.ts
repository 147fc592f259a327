import type { Check } from './check.ts';
import type { LogGroupFacts } from '../ports/service-facts.ts';
import { greenDefinition } from './green-definition.ts';

/** A log group that is not there keeps a task from starting; one without retention grows for ever. */
export const logGroups: Check = {
  name: 'log-groups',
  expected: 'every log group of green to exist, with a retention',
  page: {
    asks: 'Do the log groups of green exist, and do they end what they keep?',
    reads: '`awslogs-group` of the containers in the task definition that green gets, and the log groups',
    rights: ['ecs:DescribeTaskDefinition', 'logs:DescribeLogGroups'],
    fails: 'a log group does not exist, keeps logs for ever, or for fewer than `days` days (7 by default)',
    fix: 'create the log group, and set its retention',
    answers: 'Log groups exist',
  },
  async observe(state, world) {
    const { days = 7 } = state.spec.checks?.['log-groups'] ?? {};
    const { containers, of } = await greenDefinition(state, world);
    const names = [...new Set(containers.flatMap((name) => of(name, 'logConfiguration.options.awslogs-group') ?? []))];
    if (names.length === 0) return { passed: true, skipped: true, saw: 'no container logs to CloudWatch' };
    const found = await Promise.all(names.map(async (name) => ({ name, group: await world.facts.logGroup(name) })));
    const said = found.map(({ name, group }) => ({ name, ...judged(group, days) }));
    const shown = said.map(({ name, saw }) => `${name}: ${saw}`).join(', ');
    return { passed: said.every(({ good }) => good), saw: shown };
  },
};

function judged(group: LogGroupFacts | undefined, days: number): { readonly good: boolean; readonly saw: string } {
  if (group === undefined) return { good: false, saw: 'does not exist' };
  const { retentionDays } = group;
  if (retentionDays === undefined) return { good: false, saw: 'keeps logs for ever' };
  return { good: retentionDays >= days, saw: `keeps logs for ${String(retentionDays)} days` };
}
