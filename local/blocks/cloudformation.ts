import * as z from 'zod';
import {
  type BlockClients,
  type Made,
  makeRule,
  makeService,
  makeTargetGroup,
  makeTaskDefinition,
} from './fleet-calls.ts';
import { type StackSettings, valuesOf } from './template-values.ts';

const resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string(), z.array(z.string())]).default([]),
});
const template = z.looseObject({
  Parameters: z.record(z.string(), z.looseObject({ Type: z.string(), Default: z.unknown().optional() })).default({}),
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })).default({}),
});

/** What a resource that has no part in the fleet is known by. */
type StandIn = (name: string, { region, accountId }: StackSettings) => Made;

/** Their properties are read as well: what they refer to must be there. */
const standIns: Readonly<Record<string, StandIn>> = {
  'AWS::Logs::LogGroup': (name, { region, accountId }) => ({
    id: name,
    attributes: { Arn: `arn:aws:logs:${region}:${accountId}:log-group:${name}:*` },
  }),
  'AWS::IAM::Role': (name, { accountId }) => ({
    id: name,
    attributes: { Arn: `arn:aws:iam::${accountId}:role/${name}` },
  }),
  'AWS::IAM::Policy': (name) => ({ id: name, attributes: {} }),
  'AWS::EC2::SecurityGroup': () => ({ id: 'sg-0aaaaaaaaaaaaaaaa', attributes: { GroupId: 'sg-0aaaaaaaaaaaaaaaa' } }),
  'AWS::EC2::SecurityGroupIngress': (name) => ({ id: name, attributes: {} }),
  'AWS::CloudWatch::Alarm': (name) => ({ id: name, attributes: {} }),
};

/** Turns the resources of ECS and the load balancer into calls to the fleet. */
const makers: Readonly<
  Record<string, (clients: BlockClients, said: Readonly<Record<string, unknown>>, name: string) => Promise<Made>>
> = {
  'AWS::ElasticLoadBalancingV2::TargetGroup': async (clients, said, name) => {
    const made = await makeTargetGroup(clients, { Name: name, ...said });
    return {
      ...made,
      attributes: {
        TargetGroupName: made.attributes['name'] ?? '',
        TargetGroupFullName: made.attributes['fullName'] ?? '',
      },
    };
  },
  'AWS::ElasticLoadBalancingV2::ListenerRule': makeRule,
  'AWS::ECS::TaskDefinition': async (clients, said) => makeTaskDefinition(clients, camelCased(said)),
  'AWS::ECS::Service': async (clients, said) => {
    const made = await makeService(clients, camelCased(said));
    return { ...made, attributes: { Name: made.attributes['name'] ?? '' } };
  },
};

/**
 * Does with a template what CloudFormation would, on the fleet: each resource once, after those that it refers to or depends on.
 * @returns the outputs
 * @throws Error for a resource, property or function that no building block uses, and where an API refuses one
 */
export async function applyTemplate(
  said: unknown,
  settings: StackSettings,
  clients: BlockClients,
): Promise<Readonly<Record<string, string>>> {
  const { Parameters, Resources, Outputs } = template.parse(said);
  const begun = new Map<string, Promise<Made>>();
  const values = valuesOf(Parameters, settings, (name) => made(name));

  function made(name: string): Promise<Made> {
    const known = begun.get(name);
    if (known !== undefined) return known;
    const making = make(name);
    begun.set(name, making);
    return making;
  }

  async function make(name: string): Promise<Made> {
    const found = Resources[name];
    if (found === undefined) throw new Error(`the template has no resource ${name}`);
    for (const before of [found.DependsOn].flat()) await made(before);
    const properties = z.record(z.string(), z.unknown()).parse(await values.resolve(found.Properties));
    const physical = `${settings.stackName}-${name}`.slice(-32).replace(/^-+/, '');
    const maker = makers[found.Type];
    if (maker !== undefined) return maker(clients, properties, physical);
    const standIn = standIns[found.Type];
    if (standIn === undefined) throw new Error(`no building block has a resource of the type ${found.Type} (${name})`);
    return standIn(physical, settings);
  }

  for (const name of Object.keys(Resources)) await made(name);
  const outputs = Object.entries(Outputs).map(
    async ([name, { Value }]) => [name, z.string().parse(await values.resolve(Value))] as const,
  );
  return Object.fromEntries(await Promise.all(outputs));
}

/** `ContainerPort` as `containerPort`, and so for every key of it. */
function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.charAt(0).toLowerCase() + key.slice(1), camelCased(inner)]),
  );
}
