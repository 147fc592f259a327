import type * as z from 'zod';
import {
  type CheckedWeights,
  checkLiveWeights,
  type checkLiveWeightsInput,
  type WeighingWorld,
} from './check-live-weights.ts';
import { announcePlanned, type AnnouncedWork, type AnnouncingWorld } from './announce-planned.ts';
import type { StartingWorld } from '../opening/start-waiting.ts';
import { settleRollouts, type SettledRollout, type SettlingWorld } from './settle-rollouts.ts';
import { startDue } from './start-due.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/** Thrown after everything was checked, where a part could not be. */
class CheckIncomplete extends Error {
  override readonly name = 'CheckIncomplete';
}

/**
 * What is checked every few minutes, whatever runs: rollouts that an outage has left unsettled, requests that wait for the
 * calendar, the weights of services without a rollout, then work that is announced ahead. An event about a changed rule asks for the
 * weights alone. Trouble with one does not keep the other from its turn.
 * @throws CheckIncomplete where a part could not be checked
 */
export async function periodicCheck(
  input: z.output<typeof checkLiveWeightsInput>,
  world: SettlingWorld & WeighingWorld & StartingWorld & AnnouncingWorld,
): Promise<{
  readonly rollouts: readonly SettledRollout[];
  readonly started: readonly string[];
  readonly planned: readonly AnnouncedWork[];
  readonly weights: readonly CheckedWeights[];
}> {
  const failures: string[] = [];
  const tried = async <Answer>(part: () => Promise<readonly Answer[]>): Promise<readonly Answer[]> => {
    try {
      return await part();
    } catch (error) {
      failures.push(messageOf(error));
      return [];
    }
  };
  const rollouts = input.settle ? await tried(() => settleRollouts(world)) : [];
  const started = input.settle ? await tried(() => startDue(world)) : [];
  const weights = await tried(() => checkLiveWeights(input, world));
  // Last: where its time runs out, nothing but an announcement is late.
  const planned = input.settle ? await tried(() => announcePlanned(started, world)) : [];
  if (failures.length > 0) throw new CheckIncomplete(failures.join('; '));
  return { rollouts, started, planned, weights };
}
