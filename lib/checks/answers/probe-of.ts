import type { Probe, Probes } from '../../ports/probe.ts';
import type { Entrance } from '../../drivers/traffic-router.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';

/**
 * Returns what asks the health request of a service: the functions themselves, or the probe in the VPC of its load balancer.
 * @throws Error where the spec wants the probe and the load balancer is in no VPC that is known
 */
export function probeOf(
  { verify }: Pick<RolloutSpec, 'verify'>,
  { vpcId, host }: Pick<Entrance, 'vpcId' | 'host'>,
  probes: Probes,
): Probe {
  if (verify?.probe !== true) return probes;
  if (vpcId === undefined) throw new Error(`${host} has no VPC, in which a probe could ask it (verify.probe).`);
  return probes.inVpc(vpcId);
}
