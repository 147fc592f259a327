import {
  hasSameHooks,
  hooksForRollouts,
  isInOneService,
  isStartedByDeployments,
  pauseMinutes,
} from '../../drivers/attachment.ts';
import type { ServiceFacts } from '../../drivers/service-look.ts';
import type { Doubt } from '../../specification/doubt.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { differences } from '../attach/attached-spec.ts';
import { error, type LiveSlot, warning } from './live-slot.ts';

/** Returns an ECS service as one slot of a spec: where both versions are in one service each slot is one target group of its pair. */
export function asSlot(spec: RolloutSpec, facts: ServiceFacts | undefined): ServiceFacts | undefined {
  if (facts === undefined || !isInOneService(spec)) return facts;
  const { movesTraffic: _, ...others } = facts;
  const [binding] = facts.bindings;
  const alternates = (facts.deploys?.bindings ?? []).flatMap(({ alternate }) =>
    alternate === undefined || binding === undefined ? [] : [{ ...binding, targetGroup: alternate }],
  );
  // What of ECS puts a former version back is a rollback of these deployments, too.
  return { ...others, rollsBackBy: [], bindings: [...facts.bindings, ...alternates] };
}

/** What of a spec whose versions are in one ECS service is not as that deploys, and hooks that it lacks. */
export function attachedDoubts(spec: RolloutSpec, { facts }: LiveSlot): readonly Doubt[] {
  if (facts?.active !== true || facts.deploys === undefined) return [];
  const { service, deploys } = facts;
  const begins = !isStartedByDeployments(spec);
  const unlike = differences(spec, deploys)
    // A rollout that begins its deployment gives it its own steps.
    .filter(({ path }) => !(begins && path[0] === 'steps'))
    .map(({ path, message }) => error(path, message));
  if (deploys.strategy === 'ROLLING') return unlike;
  const minutes = pauseMinutes(spec);
  if (typeof minutes !== 'number') return [...unlike, error(['timeouts'], `${minutes.found}; expected ${minutes.fix}`)];
  const hooks = hooksForRollouts(deploys.hooks, minutes);
  if ('found' in hooks) return [...unlike, error(['driver'], `${hooks.found}; expected ${hooks.fix}`)];
  const calling = begins ? deploys.hooks.find(({ type }) => type !== 'PAUSE') : undefined;
  if (calling !== undefined) {
    const called = `${service} has a hook that calls ${calling.target ?? 'a function'}, which rollouts cannot write; expected a service without it, or driver: ecs-native`;
    return [...unlike, error(['driver'], called)];
  }
  if (begins || hasSameHooks(deploys.hooks, hooks)) return unlike;
  const message = `deployments of ${service} do not wait for rollouts as this spec needs it: expected pauses of ${minutes} min or more, below 24 h, which sluice attach writes once the spec is applied`;
  return [...unlike, warning(['driver'], message)];
}
