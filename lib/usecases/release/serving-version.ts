import { trafficOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import { driverOf } from '../../drivers/registry.ts';
import type { Part } from '../../ports/world.ts';
import { Refusal } from '../../rollout/refusal.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';

/**
 * Returns the digest that a service's users get now, by the live rules and the tasks that run.
 * @throws Refusal where it is not clear which slot serves, or its tasks run several images or none
 */
export async function servingDigest(
  spec: RolloutSpec,
  { router, runtime }: Part<'router' | 'runtime'>,
): Promise<string> {
  const roles = driverOf(spec).rolesOf(spec, await router.read(trafficOf(spec)));
  if (roles.outcome === 'unclear')
    throw new Refusal(`It is not clear which slot of ${spec.service} serves: ${roles.reason}.`);
  const digests = await runtime.runningDigests(workloadOf(spec, roles.blue), spec.container);
  const [digest] = digests;
  if (digest !== undefined && digests.length === 1) return digest;
  throw new Refusal(
    digest === undefined
      ? `The slot of ${spec.service} that serves has no running task.`
      : `The slot of ${spec.service} that serves runs several images (${digests.join(', ')}).`,
  );
}
