import * as z from 'zod';
import type { Actions } from '../api/action.ts';
import { page } from '../api/page.ts';
import { AwsError, validationError } from '../aws-error.ts';
import { keyValueList, listOf, tagList, wholeBetween } from './form-schema.ts';
import { deleteListener } from './listeners.ts';
import type { LoadBalancer } from './model.ts';
import { tagsFrom } from './tags.ts';
import { elbAction, findLoadBalancer, selected, type ElbWorld } from './world.ts';

/** Names of load balancers and target groups. */
export const resourceName = z
  .string()
  .regex(
    /^(?!-)(?!internal-)[a-zA-Z0-9-]{1,32}(?<!-)$/,
    'Member must have 1 to 32 letters, digits and hyphens, no hyphen first or last',
  );

export const pageSize = wholeBetween(1, 400).optional();

const creation = z.object({
  Name: resourceName,
  Subnets: listOf(z.string()).optional(),
  SubnetMappings: listOf(z.object({ SubnetId: z.string() })).optional(),
  SecurityGroups: listOf(z.string()).optional(),
  Scheme: z.enum(['internet-facing', 'internal']).optional(),
  Type: z.literal('application', 'Only application load balancers are supported by the fleet').optional(),
  Tags: tagList.optional(),
});

const attributeRules: Readonly<Record<string, RegExp>> = {
  'idle_timeout.timeout_seconds': /^\d+(\.\d+)?$/,
  'deletion_protection.enabled': /^(true|false)$/,
  'routing.http.drop_invalid_header_fields.enabled': /^(true|false)$/,
};

/** Create, describe and delete load balancers, and their attributes. */
export function loadBalancerActions(world: ElbWorld): Actions {
  const { model } = world;
  return {
    CreateLoadBalancer: elbAction(creation, (input) => ({ LoadBalancers: [describe(create(world, input))] })),
    DescribeLoadBalancers: elbAction(
      z.object({
        LoadBalancerArns: listOf(z.string()).optional(),
        Names: listOf(z.string()).optional(),
        Marker: z.string().optional(),
        PageSize: pageSize,
      }),
      ({ LoadBalancerArns, Names, Marker, PageSize }) => {
        const found =
          Names === undefined
            ? selected(model.loadBalancers, LoadBalancerArns, (arn) => findLoadBalancer(model, arn))
            : Names.map((name) => byName(world, name));
        const { items, next } = page(found, Marker, PageSize ?? 400, validationError);
        return { LoadBalancers: items.map(describe), NextMarker: next };
      },
    ),
    DeleteLoadBalancer: elbAction(z.object({ LoadBalancerArn: z.string() }), ({ LoadBalancerArn }) => {
      const found = model.loadBalancers.get(LoadBalancerArn);
      if (found?.attributes.get('deletion_protection.enabled') === 'true') {
        throw new AwsError(
          'OperationNotPermitted',
          `Load balancer '${LoadBalancerArn}' cannot be deleted because deletion protection is enabled`,
        );
      }
      for (const listener of [...model.listeners.values()])
        if (listener.loadBalancer === found) deleteListener(world, listener);
      model.loadBalancers.delete(LoadBalancerArn);
      return {};
    }),
    ModifyLoadBalancerAttributes: elbAction(
      z.object({ LoadBalancerArn: z.string(), Attributes: keyValueList }),
      ({ LoadBalancerArn, Attributes }) => {
        const found = findLoadBalancer(model, LoadBalancerArn);
        setAttributes(found.attributes, Attributes, attributeRules, 'Load balancer');
        return { Attributes: attributeList(found.attributes) };
      },
    ),
    DescribeLoadBalancerAttributes: elbAction(z.object({ LoadBalancerArn: z.string() }), ({ LoadBalancerArn }) => ({
      Attributes: attributeList(findLoadBalancer(model, LoadBalancerArn).attributes),
    })),
  };
}

/** Sets attributes that a table of patterns knows. @throws AwsError ValidationError, and nothing is set */
export function setAttributes(
  kept: Map<string, string>,
  given: readonly { readonly Key: string; readonly Value: string }[],
  rules: Readonly<Record<string, RegExp>>,
  what: string,
): void {
  for (const { Key, Value } of given) {
    const rule = rules[Key];
    if (rule === undefined) throw validationError(`${what} attribute key '${Key}' is not recognized`);
    if (!rule.test(Value)) throw validationError(`${what} attribute '${Key}' cannot have the value '${Value}'`);
  }
  for (const { Key, Value } of given) kept.set(Key, Value);
}

export function attributeList(kept: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...kept].map(([Key, Value]) => ({ Key, Value }));
}

function create({ model, identity }: ElbWorld, input: z.output<typeof creation>): LoadBalancer {
  const subnets = input.Subnets ?? input.SubnetMappings?.map(({ SubnetId }) => SubnetId) ?? [];
  if (new Set(subnets).size < 2)
    throw validationError('At least two subnets in two different Availability Zones must be specified');
  const existing = [...model.loadBalancers.values()].find(({ name }) => name === input.Name);
  if (existing !== undefined) {
    // The same request again is answered with what is there, any other is refused.
    if (existing.subnets.join() === subnets.join() && existing.scheme === (input.Scheme ?? 'internet-facing'))
      return existing;
    throw new AwsError(
      'DuplicateLoadBalancerName',
      `A load balancer with the same name '${input.Name}' exists, but with different settings`,
    );
  }
  const dimension = `app/${input.Name}/${identity.hex('load-balancer', input.Name, 16)}`;
  const created: LoadBalancer = {
    arn: identity.elbArn(`loadbalancer/${dimension}`),
    tags: tagsFrom(input.Tags),
    name: input.Name,
    dimension,
    scheme: input.Scheme ?? 'internet-facing',
    vpcId: 'vpc-0f1ee70000000001',
    subnets,
    securityGroups: input.SecurityGroups ?? [],
    createdAt: new Date(),
    attributes: new Map([
      ['idle_timeout.timeout_seconds', '60'],
      ['deletion_protection.enabled', 'false'],
      ['routing.http.drop_invalid_header_fields.enabled', 'false'],
    ]),
  };
  model.loadBalancers.set(created.arn, created);
  return created;
}

function byName({ model }: ElbWorld, name: string): LoadBalancer {
  const found = [...model.loadBalancers.values()].find((loadBalancer) => loadBalancer.name === name);
  if (found === undefined) throw new AwsError('LoadBalancerNotFound', `Load balancers '[${name}]' not found`);
  return found;
}

function describe(loadBalancer: LoadBalancer): object {
  return {
    LoadBalancerArn: loadBalancer.arn,
    // `http://<DNSName>:<port of a listener>` answers on this machine.
    DNSName: '127.0.0.1',
    CanonicalHostedZoneId: 'Z35SXDOTRQ7X7K',
    CreatedTime: loadBalancer.createdAt,
    LoadBalancerName: loadBalancer.name,
    Scheme: loadBalancer.scheme,
    VpcId: loadBalancer.vpcId,
    State: { Code: 'active' },
    Type: 'application',
    AvailabilityZones: loadBalancer.subnets.map((SubnetId, index) => ({
      ZoneName: `local-${'abcdef'.charAt(index % 6)}`,
      SubnetId,
    })),
    SecurityGroups: loadBalancer.securityGroups,
    IpAddressType: 'ipv4',
  };
}
