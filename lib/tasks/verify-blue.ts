import { type GuardNote, pushGuard } from './guard.ts';
import { type OwnedInput, ownedRollout, record, recordOnce } from './owned-rollout.ts';
import type { Part } from './world.ts';

/** Budget of the state: blue served all along, so it is healthy at once or something else is wrong. */
const patienceSeconds = 120;

interface Output extends GuardNote {
  readonly outcome: 'healthy' | 'waiting' | 'unhealthy';
  readonly cause: string;
}

/** State `VerifyBlue`: blue has healthy targets for the traffic that came back. */
export async function verifyBlue(
  input: OwnedInput,
  world: Part<'store' | 'router' | 'schedules' | 'now'>,
): Promise<Output> {
  const stored = await ownedRollout(world, input);
  const { spec, blue, blueCount, shifts } = stored.state;
  const { healthy, total } = await world.router.targetHealth(spec.slots[blue].targetGroup);
  const seen = `${healthy} of ${total} targets of blue are healthy, ${blueCount} expected`;
  if (healthy >= Math.max(1, blueCount)) {
    await recordOnce(world, stored, { type: 'BlueVerified', healthy });
    return { outcome: 'healthy', cause: seen };
  }
  const since = Date.parse(shifts.at(-1)?.at ?? stored.state.openedAt);
  if (world.now().getTime() - since <= patienceSeconds * 1000) {
    return { outcome: 'waiting', cause: seen, ...(await pushGuard(stored.state, 5, world)) };
  }
  await record(world, stored, { type: 'BlueNotHealthy', reason: seen });
  return { outcome: 'unhealthy', cause: `${seen}; green keeps running until a person decides` };
}
