import { pairOf } from '../../drivers/rules/pairs.ts';
import { weightsOf } from '../../drivers/rules/routing.ts';
import type * as z from 'zod';
import type { RolloutState } from '../../rollout/state.ts';
import { type GuardNote, pushAttemptGuard } from '../ownership/guard.ts';
import { ownedInput, ownedRollout, record } from '../ownership/owned-rollout.ts';
import { requestEvents, rollbackRequest } from './rollback-request.ts';
import { isThrottledAlone, readableError, stateError } from '../ownership/state-error.ts';
import type { Part } from '../../ports/world.ts';
import { messageOf } from '../../specification/text/message-of.ts';

export const declareEmergencyInput = ownedInput.extend({ error: stateError, request: rollbackRequest });

/**
 * State `DeclareEmergency`: traffic could not be put back. Records, for everybody to hear, which rules are meant and what to
 * run by hand; where nothing but throttling kept it, so much is said, and no more. The rollout keeps its lock, so that nothing else
 * starts; further attempts follow until one succeeds.
 */
export async function declareEmergency(
  input: z.output<typeof declareEmergencyInput>,
  world: Part<'store' | 'router' | 'schedules' | 'now'>,
): Promise<GuardNote & { outcome: 'declared' }> {
  const stored = await ownedRollout(world, input);
  const { state, fence } = stored;
  // The guard tries again, also where nobody is notified that this attempt has ended.
  const guard = await pushAttemptGuard(stored, 0, world);
  if (state.emergencyOf === fence) return { outcome: 'declared', ...guard };
  const request = requestEvents(stored, input.request);
  await record(world, stored, ...request, {
    type: isThrottledAlone(input.error) ? 'RestorationThrottled' : 'TrafficNotRestored',
    attempt: fence,
    reason: readableError(input.error).slice(0, 600),
    rules: await seen(state, world),
    command: `sluice rollback ${state.service} --direct`,
  });
  return { outcome: 'declared', ...guard };
}

/** Each rule of the plan as it is now, as far as it can be read: where nothing answers, its ARN is what a person needs. */
function seen(state: RolloutState, { router }: Part<'router'>): Promise<readonly string[]> {
  return Promise.all(
    state.restorePlan.map(async ({ kind, arn, actions }) => {
      const wanted = pairOf(state, weightsOf(actions))?.blue ?? JSON.stringify(weightsOf(actions));
      const name = `${kind} ${arn}`;
      try {
        const [routing] = await router.read([kind === 'rule' ? { rule: arn } : { listener: arn }]);
        return `${name} has ${JSON.stringify(routing?.weights ?? {})}, wanted: all to ${wanted}`;
      } catch (error) {
        const said = messageOf(error);
        return `${name} cannot be read (${said.slice(0, 200)}), wanted: all to ${wanted}`;
      }
    }),
  );
}
