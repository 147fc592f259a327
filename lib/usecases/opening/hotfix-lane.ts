import { shapeOf } from '../../drivers/shapes/registry.ts';
import { Refusal } from '../../rollout/refusal.ts';
import type { Requester } from '../../rollout/requester.ts';
import { rolesToApprove } from '../../specification/asked-people.ts';
import { hotfixSteps } from '../../specification/hotfix-steps.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import type { AskedRollout } from './rollout-request.ts';

/** Returns the spec by which a rollout goes: with other steps where it is a hotfix; gates and all else are the same. */
export function takenSpec({ preset }: Pick<AskedRollout, 'preset'>, spec: RolloutSpec): RolloutSpec {
  return preset === undefined ? spec : { ...spec, steps: hotfixSteps(spec) };
}

/**
 * Refuses a hotfix that no second person would have to approve: nobody else lets it past windows, freezes and stops.
 * @throws Refusal where the spec asks for no approval, or for none by another person than a requester who is not known
 */
export function refuseHotfix(
  { preset }: Pick<AskedRollout, 'preset'>,
  spec: RolloutSpec,
  requester: Requester | undefined,
): void {
  if (preset === undefined) return;
  const { service, approvals, steps } = spec;
  const whyNot = shapeOf(spec).whyNot(steps.map(({ weight }) => weight));
  if (whyNot !== undefined) {
    throw new Refusal(
      `The driver of ${service} cannot take the steps of a hotfix: ${whyNot}. Write hotfix.steps into the spec and apply it, or start it without --preset hotfix.`,
    );
  }
  if (rolesToApprove(approvals).length === 0) {
    throw new Refusal(
      `A hotfix takes a second person, and the spec of ${service} asks nobody to approve. Name people and the roles in approvals, apply the spec, then start it again; or start it without --preset hotfix.`,
    );
  }
  if (approvals.unknownRequester !== 'allow' || requester === undefined || requester.standing === 'named') return;
  const why = requester.standing === 'unknown' ? requester.why : 'that is still looked for';
  throw new Refusal(
    `A hotfix takes a second person, and it is not known who requests this one: ${why}. Start it under a principal of one person, or write approvals.unknownRequester: oneMore.`,
  );
}
