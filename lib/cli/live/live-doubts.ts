import { layoutOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import { Refusal } from '../../rollout/refusal.ts';
import type { ServiceLook } from '../../drivers/service-look.ts';
import type { Doubt } from '../../specification/doubt.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { parseImageReference } from '../../rollout/image-reference.ts';
import { ecrRegistryOf } from '../../specification/ecr-registry.ts';
import { isInOneService } from '../../drivers/attachment.ts';
import { asSlot, attachedDoubts } from './attached-doubts.ts';
import { balancerDoubts } from './balancer-doubts.ts';
import { scalingDoubts } from './scaling-doubts.ts';
import { error, type LiveSlot, warning } from './live-slot.ts';

const slotNames = ['a', 'b'] as const;

/**
 * What is wrong, or doubtful, between a spec and what ECS and Elastic Load Balancing have now: everything that would hold up or
 * undo a rollout and that no file can tell.
 */
export async function liveDoubts(spec: RolloutSpec, look: ServiceLook, now: Date): Promise<readonly Doubt[]> {
  const slots = await readSlots(spec, look);
  if ('severity' in slots) return [slots];
  const isThere = slots.every(({ facts }) => facts?.active === true);
  const [ofContainer, ofBalancer, ofScaling] = await Promise.all([
    containerDoubts(spec, slots, look),
    balancerDoubts(spec, slots, look),
    isThere ? scalingDoubts(spec, look, now) : [],
  ]);
  const [first] = slots;
  // Where both slots are one ECS service, what is said of it is said once.
  const ofSlots =
    isInOneService(spec) && first !== undefined
      ? [...slotDoubts(first), ...attachedDoubts(spec, first)]
      : slots.flatMap(slotDoubts);
  return [...ofSlots, ...ofContainer, ...ofBalancer, ...ofScaling];
}

async function readSlots(spec: RolloutSpec, look: ServiceLook): Promise<readonly LiveSlot[] | Doubt> {
  try {
    const found = await look.services(
      spec.cluster,
      slotNames.map((name) => workloadOf(spec, name).service),
    );
    return slotNames.map((name, index) => ({ name, facts: asSlot(spec, found[index]) }));
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    return error(['cluster'], `ECS has no cluster ${spec.cluster} in this account and region, expected one`);
  }
}

function slotDoubts({ name, facts }: LiveSlot): readonly Doubt[] {
  const path = ['slots', name, 'service'];
  if (facts?.active !== true)
    return [error(path, `ECS has no active service of this name in the cluster, expected one for slot ${name}`)];
  const { service, controller, movesTraffic, scheduling, bindings, rollsBackBy, otherTraffic } = facts;
  const doubts: Doubt[] = [];
  if (controller !== 'ECS')
    doubts.push(error(path, `${service} is deployed by ${controller}, expected the deployment controller ECS`));
  else if (movesTraffic !== undefined)
    doubts.push(
      error(path, `${service} has ${movesTraffic}, by which ECS writes the rule's weights itself; expected ROLLING`),
    );
  if (scheduling !== 'REPLICA')
    doubts.push(error(path, `${service} is scheduled as ${scheduling}, expected REPLICA: its count cannot be chosen`));
  if (bindings.length === 0) {
    const message = `${service} registers with no target group, expected one behind an Application Load Balancer: a worker has no traffic to split`;
    doubts.push(error(path, message));
  }
  for (const way of rollsBackBy) {
    const message = `the ${way} of ${service} is on rollback, which would put green's former image back; expected rollback: false (a rollout switches it off, infrastructure code on again)`;
    doubts.push(warning(path, message));
  }
  for (const way of otherTraffic) {
    const message = `${service} is also reached through ${way}, which no weight splits: expected callers that come through the load balancer alone`;
    doubts.push(warning(path, message));
  }
  return doubts;
}

async function containerDoubts(
  spec: RolloutSpec,
  slots: readonly LiveSlot[],
  look: ServiceLook,
): Promise<readonly Doubt[]> {
  const { container } = spec;
  const definitions = [...new Set(slots.flatMap(({ facts }) => facts?.taskDefinition ?? []))];
  const found = await Promise.all(definitions.map((arn) => look.taskDefinition(arn)));
  return found.flatMap((definition) => {
    if (definition === undefined) return [];
    if (Object.hasOwn(definition.containers, container))
      return imageDoubts(spec, definition.arn, definition.containers[container]?.image ?? '');
    const known = Object.keys(definition.containers).join(', ');
    return [error(['container'], `${definition.arn} has no container ${container}, expected one of ${known}`)];
  });
}

/** Two registries may have a repository of one name: what runs says which of them is meant. */
function imageDoubts(spec: RolloutSpec, definition: string, runs: string): readonly Doubt[] {
  const { image } = spec;
  const { registry: host = '', repository } = parseImageReference(runs) ?? {};
  const registry = ecrRegistryOf(host);
  if (registry === undefined || repository !== image.repository) return [];
  const { region, account } = layoutOf(spec);
  const wanted = image.registry === undefined ? { account, region } : ecrRegistryOf(image.registry);
  if (registry.account === wanted?.account && registry.region === wanted.region) return [];
  const from = image.registry ?? `the registry of account ${account} in ${region}`;
  const message = `${definition} runs ${runs}, but the spec takes ${repository} from ${from}, expected image.registry: ${host} if that is meant`;
  return [image.registry === undefined ? error(['image'], message) : warning(['image', 'registry'], message)];
}
