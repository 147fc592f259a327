import type { Check } from './check.ts';
import { looksSecret } from '../rollout/secret-pattern.ts';
import { greenDefinition } from './green-definition.ts';

/** A secret in plain environment leaks with every description of the task definition, whatever its variable is called. */
export const plainSecrets: Check = {
  name: 'plain-secrets',
  expected: 'no variable whose value looks like a secret',
  page: {
    asks: 'Does a value in plain environment look like a secret?',
    reads: 'values of the variables in the task definition that green gets; they are never shown',
    rights: ['ecs:DescribeTaskDefinition'],
    fails:
      'a value looks like an access key, a token of a well-known maker, a private key, a JSON Web Token, or an address with a password',
    fix: 'revoke the secret, store a new one in Secrets Manager or Parameter Store, and name its ARN under `secrets` of the container',
    answers: 'No leaked secret in the task definition',
  },
  async observe(state, world) {
    const { facts } = await greenDefinition(state, world);
    const variables = Object.entries(facts.containers).flatMap(([container, { environment }]) =>
      Object.entries(environment).map(([name, value]) => ({ where: `${container}: ${name}`, value })),
    );
    const leaked = variables.filter(({ value }) => looksSecret(value)).map(({ where }) => where);
    if (leaked.length > 0) return { passed: false, saw: `looks like a secret: ${leaked.join(', ')}` };
    return { passed: true, saw: `${String(variables.length)} variables, none looks like a secret` };
  },
};
