import { hasSecretName } from '../rollout/secret-pattern.ts';
import type { Check } from './check.ts';
import { greenDefinition } from './green-definition.ts';

/** A secret in plain environment can be read by everybody who may describe a task definition, and it stays in every revision. */
export const secretsByReference: Check = {
  name: 'secrets-by-reference',
  expected: 'variables whose name says secret to come from a secret store',
  page: {
    asks: 'Do the secrets of green come from a secret store?',
    reads: 'names of the variables in the task definition that green gets; values are not shown',
    rights: ['ecs:DescribeTaskDefinition'],
    fails:
      'a variable whose name says secret (such as `DB_PASSWORD`) stands in plain environment, and `allowed` does not name it',
    fix: 'move the value to Secrets Manager or Parameter Store, and name its ARN under `secrets` of the container',
    answers: 'No leaked secret in the task definition',
  },
  async observe(state, world) {
    const allowed = state.spec.checks?.['secrets-by-reference']?.allowed ?? [];
    const { facts } = await greenDefinition(state, world);
    const inPlain = Object.entries(facts.containers).flatMap(([container, { environment }]) =>
      Object.keys(environment)
        .filter((name) => hasSecretName(name) && !allowed.includes(name) && environment[name] !== '')
        .map((name) => `${container}: ${name}`),
    );
    const references = Object.values(facts.containers).flatMap(({ secrets }) => Object.keys(secrets)).length;
    if (inPlain.length > 0) return { passed: false, saw: `in plain environment: ${inPlain.join(', ')}` };
    return { passed: true, saw: `${String(references)} secrets by reference, none in plain environment` };
  },
};
