import { trafficOf } from '../drivers/shapes/layout-of.ts';
import { healthQuestion } from '../drivers/rules/health-question.ts';
import type { ProbeAnswer } from '../ports/probe.ts';
import type { RolloutState } from '../rollout/state.ts';
import { probeOf } from './answers/probe-of.ts';
import type { CheckWorld } from './check.ts';

/**
 * Asks blue at `healthPath`, as green will be asked.
 * @throws Error where there is no answer
 */
export async function askBlue({ spec }: RolloutState, { router, probe }: CheckWorld): Promise<ProbeAnswer> {
  const [routing] = await router.read(trafficOf(spec).slice(0, 1));
  if (routing === undefined) throw new Error('there is no rule in traffic');
  const entrance = await router.entranceOf(routing.listenerArn);
  const asked = healthQuestion(spec, routing, entrance);
  const asking = probeOf(spec, entrance, probe);
  const [address] = await asking.addressesOf(asked.connectTo);
  return asking.get(asked.url, asked.headers, spec.timeouts.verifyRequest, address);
}
