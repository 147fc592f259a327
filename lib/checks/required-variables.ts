import type { Check } from './check.ts';
import { greenDefinition } from './green-definition.ts';

/** A variable that is missing often shows under traffic only, in the one path that reads it. */
export const requiredVariables: Check = {
  name: 'required-variables',
  expected: 'the container to get every variable of `names`',
  page: {
    asks: 'Does the container of green get the variables that it needs?',
    reads: 'names of variables and secrets in the task definition that green gets',
    rights: ['ecs:DescribeTaskDefinition'],
    fails: 'a name of `names` is neither a variable with a value nor a secret',
    fix: 'add the variable to the container of the task definition, or remove it from `names`',
    answers: 'Required variables and secrets present',
  },
  async observe(state, world) {
    const { spec } = state;
    const names = spec.checks?.['required-variables']?.names ?? [];
    if (names.length === 0) return { passed: true, skipped: true, saw: 'no variable is required' };
    const { facts } = await greenDefinition(state, world);
    const { environment = {}, secrets = {} } = facts.containers[spec.container] ?? {};
    const lacks = names.filter((name) => (environment[name] ?? '') === '' && secrets[name] === undefined);
    if (lacks.length > 0) return { passed: false, saw: `missing: ${lacks.join(', ')}` };
    return { passed: true, saw: `all ${String(names.length)} are there` };
  },
};
