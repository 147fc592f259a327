import * as z from 'zod';
import type { Actions } from '../api/action.ts';
import { page } from '../api/page.ts';
import { AwsError, validationError } from '../aws-error.ts';
import type { NodeTimes } from '../balancer/rule-propagation.ts';
import { listOf, tagList, wholeBetween } from './form-schema.ts';
import type { Listener, LoadBalancer } from './model.ts';
import { applyRules, checkedActions, defaultRule, recordChange } from './routing.ts';
import { ruleActions, type RuleAction } from './rule-action.ts';
import { compileRules } from './route-table.ts';
import { tagsFrom } from './tags.ts';
import { elbAction, findListener, findLoadBalancer, selected, type ElbWorld } from './world.ts';

/** AWS gives a load balancer at least one node in each of its Availability Zones, of which it needs two. */
const nodesOfBalancer = 2;

const settings = z.object({
  Port: wholeBetween(1, 65_535).optional(),
  Protocol: z.enum(['HTTP', 'HTTPS']).optional(),
  DefaultActions: ruleActions.optional(),
});
const creation = settings.extend({
  LoadBalancerArn: z.string(),
  Port: wholeBetween(1, 65_535),
  Tags: tagList.optional(),
});

/** Create, describe, modify and delete listeners. A listener's port is really opened on 127.0.0.1. */
export function listenerActions(world: ElbWorld): Actions {
  const { model } = world;
  return {
    CreateListener: elbAction(creation, async (input) => ({ Listeners: [describe(await create(world, input))] })),
    DescribeListeners: elbAction(
      z.object({
        LoadBalancerArn: z.string().optional(),
        ListenerArns: listOf(z.string()).optional(),
        Marker: z.string().optional(),
        PageSize: z.string().optional(),
      }),
      ({ LoadBalancerArn, ListenerArns, Marker, PageSize }) => {
        if (LoadBalancerArn === undefined && ListenerArns === undefined)
          throw validationError('You must specify either listener ARNs or a load balancer ARN');
        if (LoadBalancerArn !== undefined) findLoadBalancer(model, LoadBalancerArn);
        const found = selected(model.listeners, ListenerArns, (arn) => findListener(model, arn)).filter(
          ({ loadBalancer }) => LoadBalancerArn === undefined || loadBalancer.arn === LoadBalancerArn,
        );
        const { items, next } = page(found, Marker, Number(PageSize ?? 400), validationError);
        return { Listeners: items.map(describe), NextMarker: next };
      },
    ),
    ModifyListener: elbAction(settings.extend({ ListenerArn: z.string() }), async (input) => {
      const listener = findListener(model, input.ListenerArn);
      await modify(world, listener, input);
      return { Listeners: [describe(listener)] };
    }),
    DeleteListener: elbAction(z.object({ ListenerArn: z.string() }), ({ ListenerArn }) => {
      deleteListener(world, findListener(model, ListenerArn));
      return {};
    }),
  };
}

/** Closes a listener and forgets it and its rules. */
export function deleteListener(world: ElbWorld, listener: Listener): void {
  world.servers.close(listener);
  for (const rule of listener.rules) world.model.rules.delete(rule.arn);
  world.model.listeners.delete(listener.arn);
  recordChange(world, atOnce(listener), 'listener', 'deleted', listener.arn, []);
}

async function create(world: ElbWorld, input: z.output<typeof creation>): Promise<Listener> {
  const { model, identity } = world;
  const loadBalancer = findLoadBalancer(model, input.LoadBalancerArn);
  refuseUnsupported(input.Protocol ?? 'HTTP');
  if (listensOn(world, loadBalancer, input.Port))
    throw new AwsError(
      'DuplicateListener',
      `A listener already exists on this port for this load balancer '${loadBalancer.arn}'`,
    );
  const actions = checkedActions(world, loadBalancer, input.DefaultActions ?? []);
  const path = `${loadBalancer.dimension}/${identity.hex('listener', `${loadBalancer.name}:${input.Port}`, 16)}`;
  const listener: Listener = {
    arn: identity.elbArn(`listener/${path}`),
    loadBalancer,
    port: input.Port,
    tags: tagsFrom(input.Tags),
    rules: [],
    nodes: Array.from({ length: nodesOfBalancer }, () => ({ table: [], version: 0 })),
  };
  listener.rules.push({
    arn: identity.elbArn(`listener-rule/${path}/${identity.hex('rule', `${path}/default`, 16)}`),
    tags: new Map(),
    listener,
    priority: 'default',
    conditions: [],
    actions,
  });
  // A new listener comes with its default action: it opens when its nodes have it.
  const table = compileRules(listener.rules, model);
  for (const node of listener.nodes) node.table = table;
  await world.servers.open(listener);
  model.listeners.set(listener.arn, listener);
  for (const rule of listener.rules) model.rules.set(rule.arn, rule);
  recordChange(world, atOnce(listener), 'listener', 'created', listener.arn, actions);
  return listener;
}

async function modify(world: ElbWorld, listener: Listener, input: z.output<typeof settings>): Promise<void> {
  if (input.Protocol !== undefined) refuseUnsupported(input.Protocol);
  const actions: readonly RuleAction[] | undefined =
    input.DefaultActions === undefined
      ? undefined
      : checkedActions(world, listener.loadBalancer, input.DefaultActions, defaultRule(listener));
  if (input.Port !== undefined && input.Port !== listener.port) {
    if (listensOn(world, listener.loadBalancer, input.Port))
      throw new AwsError('DuplicateListener', `A listener already exists on port ${input.Port}`);
    await world.servers.move(listener, input.Port);
  }
  if (actions === undefined) return;
  defaultRule(listener).actions = actions;
  recordChange(world, applyRules(world, listener), 'listener', 'modified', listener.arn, actions);
}

function atOnce({ nodes }: Listener): NodeTimes {
  const now = Date.now();
  return nodes.map(() => now);
}

function refuseUnsupported(protocol: string): void {
  if (protocol !== 'HTTP')
    throw new AwsError(
      'UnsupportedProtocol',
      `The fleet's load balancer speaks HTTP only, not ${protocol}: give the listener the protocol HTTP`,
    );
}

function listensOn({ model }: ElbWorld, loadBalancer: LoadBalancer, port: number): boolean {
  return [...model.listeners.values()].some(
    (listener) => listener.loadBalancer === loadBalancer && listener.port === port,
  );
}

function describe(listener: Listener): object {
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: listener.loadBalancer.arn,
    Port: listener.port,
    Protocol: 'HTTP',
    DefaultActions: defaultRule(listener).actions,
  };
}
