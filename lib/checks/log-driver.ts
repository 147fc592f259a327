import type { Check } from './check.ts';
import { greenDefinition } from './green-definition.ts';

/** Without a log driver the logs end with the task, and with them the evidence of what failed. */
export const logDriver: Check = {
  name: 'log-driver',
  expected: 'every container to send its logs by an allowed driver',
  page: {
    asks: 'Does every container of green send its logs away?',
    reads: 'the task definition that green gets',
    rights: ['ecs:DescribeTaskDefinition'],
    fails: 'a container has no `logConfiguration`, or a driver that is not in `allowed`',
    fix: 'add `logConfiguration` with one of the allowed drivers to the container',
    answers: 'Log groups exist',
  },
  async observe(state, world) {
    const allowed = state.spec.checks?.['log-driver']?.allowed ?? ['awslogs', 'awsfirelens', 'splunk'];
    const { containers, of } = await greenDefinition(state, world);
    const drivers = containers.map((name) => ({ name, driver: of(name, 'logConfiguration.logDriver') }));
    // The router of FireLens carries the others' logs; its own may stay.
    const wrong = drivers.filter(
      ({ name, driver }) =>
        of(name, 'firelensConfiguration.type') === undefined && (driver === undefined || !allowed.includes(driver)),
    );
    const shown = (wrong.length > 0 ? wrong : drivers).map(({ name, driver }) => `${name}: ${driver ?? 'none'}`);
    return { passed: wrong.length === 0, saw: shown.join(', ') };
  },
};
