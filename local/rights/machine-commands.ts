import * as z from 'zod';
import type { Resource } from './template.ts';
import { type Command, type Thing, unknownPart, type Value, Values } from './values.ts';

const machine = z.object({
  Definition: z.unknown(),
  DefinitionSubstitutions: z.record(z.string(), z.string()),
});
const task = z.looseObject({
  Type: z.literal('Task'),
  Resource: z.string(),
  Parameters: z.record(z.string(), z.unknown()).default({}),
});

/** Integrations by what follows `arn:aws:states:::`: the client whose command they send. */
const integrations: Readonly<Record<string, readonly [client: string, operation: string]>> = {
  'lambda:invoke': ['client-lambda', 'Invoke'],
  'lambda:invoke.waitForTaskToken': ['client-lambda', 'Invoke'],
  'states:startExecution': ['client-sfn', 'StartExecution'],
  'sns:publish': ['client-sns', 'Publish'],
  'dynamodb:getItem': ['lib-dynamodb', 'Get'],
  'dynamodb:putItem': ['lib-dynamodb', 'Put'],
  'dynamodb:updateItem': ['lib-dynamodb', 'Update'],
  'dynamodb:deleteItem': ['lib-dynamodb', 'Delete'],
};
const clients: Readonly<Record<string, string>> = {
  sfn: 'client-sfn',
  elasticloadbalancingv2: 'client-elastic-load-balancing-v2',
  sqs: 'client-sqs',
  sns: 'client-sns',
  scheduler: 'client-scheduler',
};

/** Every command that the states of a machine send. */
export function commandsOfMachine({ id, properties }: Resource): readonly Command[] {
  const { Definition, DefinitionSubstitutions } = machine.parse(properties);
  return tasksIn(Definition).map(({ name, state }) => {
    const [client, operation] = commandOf(state.Resource);
    const parameters = Object.entries(state.Parameters).map(([key, value]): [string, unknown] => [
      client === 'client-sfn' ? key.replace(/^./, (letter) => letter.toLowerCase()) : key,
      value,
    ]);
    return {
      kind: 'command',
      client,
      operation,
      input: only(valueOf(Object.fromEntries(parameters), '', DefinitionSubstitutions)),
      place: `${id}.${name}`,
    };
  });
}

function tasksIn(definition: unknown, name = ''): readonly { name: string; state: z.output<typeof task> }[] {
  if (typeof definition !== 'object' || definition === null) return [];
  const parsed = task.safeParse(definition);
  if (parsed.success) return [{ name, state: parsed.data }];
  return Object.entries(definition).flatMap(([key, value]) => tasksIn(value, key));
}

/** @throws Error for an integration that is not known here */
function commandOf(resource: string): readonly [string, string] {
  const service = resource.replace(/^arn:[\w$:{}-]+?:states:::/, '');
  const known = integrations[service];
  if (known !== undefined) return known;
  const [, sdk = '', action = ''] = /^aws-sdk:(\w+):(\w+)$/.exec(service) ?? [];
  const client = clients[sdk];
  if (client === undefined)
    throw new Error(`Integration ${resource} is not known; add it to local/rights/machine-commands.ts.`);
  return [client, action.replace(/^./, (letter) => letter.toUpperCase())];
}

function valueOf(written: unknown, key: string, substitutions: Readonly<Record<string, string>>): Value {
  if (typeof written === 'string') {
    const format = key.endsWith('.$') ? /^States\.Format\('([^']*)'/.exec(written)?.[1] : undefined;
    if (format !== undefined) return { kind: 'text', text: format.replaceAll('{}', unknownPart) };
    // Paths say by their last fields what they lead to.
    if (key.endsWith('.$')) return { kind: 'unknown', field: written.split('.').slice(-2).join('.') };
    return {
      kind: 'text',
      text: written.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => substitutions[name] ?? whole),
    };
  }
  if (typeof written !== 'object' || written === null) return { kind: 'unknown' };
  const fields = Object.entries(written).map(([name, value]): [string, Values] => [
    name.replace(/\.\$$/, ''),
    only(valueOf(value, name, substitutions)),
  ]);
  return { kind: 'thing', isRecord: true, fields: new Map(fields) } satisfies Thing;
}

function only(value: Value): Values {
  const values = new Values(() => undefined);
  values.add(value);
  return values;
}
