import { configurationDifference, describeChange, otherSettings } from '../rollout/configuration-change.ts';
import type { TaskDefinitionFacts } from '../drivers/slot-runtime.ts';
import type { Check } from './check.ts';
import { greenDefinition } from './green-definition.ts';

/** Of a rollout that changes the image alone everything else should be as it was; what differs is shown, secrets hidden. */
export const configurationChanges: Check = {
  name: 'configuration-changes',
  expected: 'green to differ from blue only in what `allowed` names',
  page: {
    asks: 'What of green differs from blue besides the image?',
    reads: 'the task definitions of blue and green',
    rights: ['ecs:DescribeTaskDefinition'],
    fails: 'a variable, secret or setting differs that `allowed` does not name',
    fix: 'add what may change to `allowed`, or register a task definition without the change',
    answers: 'Configuration backed up',
  },
  async observe(state, world) {
    const { spec, blueTaskDefinition } = state;
    const allowed = spec.checks?.['configuration-changes']?.allowed ?? [];
    const [{ facts: green }, blue] = await Promise.all([
      greenDefinition(state, world),
      world.runtime.taskDefinition(blueTaskDefinition),
    ]);
    if (blue === undefined) throw new Error(`ECS knows no task definition ${blueTaskDefinition}`);
    const { changes, more } = configurationDifference(
      settingsOf(blue, spec.container),
      settingsOf(green, spec.container),
    );
    if (changes.length === 0) return { passed: true, saw: 'no difference besides the image' };
    const unwanted = changes.filter(({ name }) => !allowed.includes(name));
    const shown = (unwanted.length > 0 ? unwanted : changes).map((change) => describeChange(change)).join('; ');
    const rest = more === 0 ? '' : `; and ${String(more)} more`;
    return { passed: unwanted.length === 0 && more === 0, saw: `${shown}${rest}` };
  },
};

function settingsOf({ containers, settings }: TaskDefinitionFacts, container: string) {
  const { environment = {}, secrets = {} } = containers[container] ?? {};
  return { environment, secrets, definition: otherSettings(settings, container) };
}
