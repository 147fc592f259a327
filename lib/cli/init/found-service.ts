import type { ServiceFacts, ServiceLook, TargetGroupFacts } from '../../drivers/service-look.ts';
import { metRules } from '../../drivers/met-rules.ts';
import { weightsOf } from '../../drivers/rules/routing.ts';
import { whyNotGrpc } from '../../specification/why-not-grpc.ts';
import { CliFailure } from '../cli-context.ts';
import { balancerRooms, describeRoom } from '../live/balancer-room.ts';
import { balancerOf } from '../live/live-rules.ts';
import { activeService } from './active-service.ts';
import type { FoundRule } from './found-rule.ts';
import type { SeenService } from './seen-service.ts';
import { whatIsMissing } from './what-is-missing.ts';

/** An existing service with two slots, as ECS and the load balancers tell. */
export interface FoundService {
  readonly cluster: string;
  /** The two slots, with their target groups in pairs. */
  readonly slots: readonly [FoundSlot, FoundSlot];
  readonly rules: readonly FoundRule[];
  readonly container: string;
  /** Image of the container as its task definition writes it. */
  readonly image: string;
  readonly healthPath: string | undefined;
  /** The port that health checks ask, where users' requests come to another one. */
  readonly managementPort: string | undefined;
}

export interface FoundSlot {
  readonly service: string;
  readonly targetGroups: readonly string[];
}

interface Asked {
  readonly cluster: string;
  readonly service: string;
  /** The second slot's ECS service, where somebody names it. */
  readonly other: string | undefined;
  readonly container: string | undefined;
}

/**
 * Finds the two slots of a service, their target groups, and every rule that forwards to them.
 * @throws CliFailure with what is missing, and how to get it
 */
export async function findService(asked: Asked, look: ServiceLook): Promise<FoundService> {
  const { first, groups: ownGroups, rules, other } = await seenService(asked, look);
  if (other === undefined || rules.length === 0) {
    const rooms = await balancerRooms([...new Set(ownGroups.flatMap(({ loadBalancers }) => loadBalancers))], look);
    throw new CliFailure(
      [
        whatIsMissing({ asked, first, groups: ownGroups, rules, other }),
        ...rooms.map((one) => `${describeRoom(one)}.`),
      ].join(' '),
    );
  }
  const groups = groupsOf(first);
  const pairs = pairedGroups(groups, groupsOf(other), rules);
  const container = asked.container ?? first.bindings[0]?.container ?? '';
  const definition = await look.taskDefinition(first.taskDefinition);
  const containers = definition?.containers ?? {};
  if (definition !== undefined && !Object.hasOwn(containers, container)) {
    throw new CliFailure(
      `${definition.arn} has no container ${container}. Name one with --container: ${Object.keys(containers).join(', ')}`,
    );
  }
  const slots = [
    { service: first.service, targetGroups: groups },
    { service: other.service, targetGroups: pairs },
  ] as const;
  return {
    cluster: asked.cluster,
    slots: first.service < other.service ? slots : [slots[1], slots[0]],
    rules: rules.filter((rule) => rule.groups.some((group) => [...groups, ...pairs].includes(group))),
    container,
    image: containers[container]?.image ?? '',
    healthPath: ownGroups[0]?.healthPath,
    managementPort: managementPortOf(ownGroups[0], first),
  };
}

/** As much of a service as can be found, whatever it lacks. @throws CliFailure where Sluice cannot roll it out at all */
export async function seenService(asked: Asked, look: ServiceLook): Promise<SeenService> {
  const first = checked(await activeService(asked.cluster, asked.service, look));
  const groups = await balancedGroups(first, look);
  const rules = metRules(await rulesOf(groups, look));
  return { first, groups, rules, other: await otherSlot(asked, first, rules, look) };
}

/** Returns the port that health checks ask, where users' requests come to another one. */
export function managementPortOf(group: TargetGroupFacts | undefined, { bindings }: ServiceFacts): string | undefined {
  const { arn, healthPort = 'traffic-port' } = group ?? {};
  const port = bindings.find(({ targetGroup }) => targetGroup === arn)?.port;
  return healthPort === 'traffic-port' || healthPort === String(port) ? undefined : healthPort;
}

/** The load balancers that the service's rules stand on. */
export function balancersOf({ rules }: FoundService): readonly string[] {
  return [...new Set(rules.map(({ listener }) => balancerOf(listener)))];
}

function groupsOf({ bindings }: ServiceFacts): readonly string[] {
  return [...new Set(bindings.map(({ targetGroup }) => targetGroup))];
}

function checked(found: ServiceFacts): ServiceFacts {
  const { service, controller, movesTraffic, scheduling, bindings } = found;
  if (controller !== 'ECS') {
    throw new CliFailure(
      `${service} is deployed by ${controller}; Sluice needs the deployment controller ECS, which is chosen when a service is created. Create a service with it, then run init for that.`,
    );
  }
  if (movesTraffic !== undefined) {
    throw new CliFailure(
      `${service} has ${movesTraffic}: ECS writes the rule's weights itself, beside Sluice. Set deploymentConfiguration.strategy to ROLLING in your infrastructure code, then run init again; or leave it, and run sluice attach: rollouts then answer ECS's own deployments.`,
    );
  }
  if (scheduling !== 'REPLICA')
    throw new CliFailure(`${service} is scheduled as ${scheduling}; Sluice chooses the count, which needs REPLICA.`);
  if (bindings.length === 0) {
    throw new CliFailure(
      `${service} registers with no target group: there is no traffic to split. Workers and schedules are not rolled out by Sluice; a web service needs a target group behind an Application Load Balancer.`,
    );
  }
  return found;
}

/**
 * Returns the target groups of a service.
 * @throws CliFailure where one of them is no Application Load Balancer's
 */
export async function balancedGroups(
  service: ServiceFacts,
  look: ServiceLook,
  arns: readonly string[] = groupsOf(service),
): Promise<readonly TargetGroupFacts[]> {
  const groups = await look.targetGroups(arns);
  const other = groups.flatMap(({ loadBalancers }) => loadBalancers).find((arn) => !arn.includes(':loadbalancer/app/'));
  if (other !== undefined) {
    throw new CliFailure(
      `${service.service} is behind ${other}, which splits no traffic by weight and counts no HTTP errors. Sluice needs an Application Load Balancer.`,
    );
  }
  const grpc = groups.find(({ protocolVersion }) => protocolVersion === 'GRPC');
  if (grpc !== undefined) {
    throw new CliFailure(
      `Target group ${grpc.name} of ${service.service} speaks gRPC, which Sluice does not roll out: ${whyNotGrpc}.`,
    );
  }
  return groups;
}

/** Returns every rule, of every listener of the load balancers, that forwards to one of some target groups. */
export async function rulesOf(groups: readonly TargetGroupFacts[], look: ServiceLook): Promise<readonly FoundRule[]> {
  const own = groups.map(({ arn }) => arn);
  const balancers = [...new Set(groups.flatMap(({ loadBalancers }) => loadBalancers))];
  const listeners = (await Promise.all(balancers.map((balancer) => look.listenersOf(balancer)))).flat();
  const found = await Promise.all(
    listeners.map(async (listener) =>
      ((await look.rulesOf(listener)) ?? []).map((rule) => ({
        ...rule,
        listener,
        groups: Object.keys(weightsOf(rule.actions)),
      })),
    ),
  );
  return found.flat().filter((rule) => rule.groups.some((group) => own.includes(group)));
}

/** The service that registers with the target groups which stand beside the first one's in its rules. */
async function otherSlot(
  { cluster, other }: Asked,
  first: ServiceFacts,
  rules: readonly FoundRule[],
  look: ServiceLook,
): Promise<ServiceFacts | undefined> {
  if (other !== undefined) return checked(await activeService(cluster, other, look));
  const own = groupsOf(first);
  const beside = [...new Set(rules.flatMap(({ groups }) => groups))].filter((group) => !own.includes(group));
  if (beside.length === 0) return undefined;
  const names = (await look.serviceNames(cluster)).filter((name) => name !== first.service);
  const services = await look.services(cluster, names);
  const fitting = services.flatMap((facts) =>
    facts?.active === true && groupsOf(facts).some((group) => beside.includes(group)) ? [facts] : [],
  );
  if (fitting.length <= 1) return fitting[0];
  throw new CliFailure(
    `Several ECS services stand beside ${first.service} in its rules: ${fitting.map(({ service }) => service).join(', ')}. Name the second slot with --other.`,
  );
}

/** The other slot's target groups in the order of the first one's: those that stand in the same rules are a pair. */
function pairedGroups(
  own: readonly string[],
  others: readonly string[],
  rules: readonly FoundRule[],
): readonly string[] {
  const left = new Set(others);
  const pairs = own.flatMap((group) => {
    const together = rules.filter(({ groups }) => groups.includes(group)).flatMap(({ groups }) => groups);
    const pair = [...left].find((other) => together.includes(other)) ?? [...left][0];
    if (pair === undefined) return [];
    left.delete(pair);
    return [pair];
  });
  return [...pairs, ...left];
}
