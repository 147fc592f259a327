import type { RolloutState } from '../../lib/rollout/state.ts';
import { awaitApproval } from '../../lib/usecases/people/await-approval.ts';
import type { ModelWorld } from '../model/model-world.ts';
import { type Journey, journeyTo, withApprovals } from '../usecases/journey.ts';
import { LinkDesk } from './link-desk.ts';

/** A rollout that asks its people, and the pages of their links. */
export async function asked(
  spec = withApprovals(),
  prepare: (world: ModelWorld) => void = () => undefined,
): Promise<{ journey: Journey; desk: LinkDesk }> {
  const journey = await journeyTo('checked', { spec, prepare });
  await awaitApproval({ ...journey.owned, taskToken: 'token' }, journey.world);
  return { journey, desk: new LinkDesk(journey) };
}

/** The same of one that bakes at its first step. */
export async function baking(spec = withApprovals({ required: [] })): Promise<{ journey: Journey; desk: LinkDesk }> {
  const journey = await journeyTo('shifted', { spec });
  return { journey, desk: new LinkDesk(journey) };
}

/** What the forms of a page send. */
export const approve = { action: 'approve' };
export const reject = { action: 'reject', comment: 'not before the holidays' };
export const abort = { action: 'abort', comment: 'customers complain' };
/** The rollout of a journey as the record has it now. */
export const stateOf = async (journey: Journey): Promise<RolloutState> => (await journey.stored()).state;
