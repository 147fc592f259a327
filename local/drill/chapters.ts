import { ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SampleVersion, versions } from '../../examples/web/versions.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { untilUnhealthy } from '../chaos/dead-blue.ts';
import { untilBaking } from '../chaos/run-scenario.ts';
import { followRollout } from '../demo/follow.ts';
import { sample } from '../sample/sample-names.ts';
import { startSampleRollout } from '../sample/start-rollout.ts';
import type { LocalStack } from '../stack/local-stack.ts';
import type { Chapter, Drill } from './drill.ts';
import { versionsSince } from './measure.ts';

const rolloutSeconds = 240;
const unlockedWithinMs = 180_000;
/** Green's health checks fail for it: the rollback finds neither side healthy, and a version that is brought back into that slot later is well. */
const greenSickSeconds = 45;

/** Everything that `npm run drill` rehearses, in its order. */
export const chapters: readonly Chapter[] = [
  {
    name: 'rollback',
    what: 'blue dies in the middle of a rollout, and green too: the rollback cannot give users a side that serves',
    begin: async (drill) => {
      const lastKnownGood = servingNow(drill);
      await rollOut(drill, versions.good);
      const { stack, isOver } = drill;
      const before = await startSampleRollout(versions.next, stack);
      const { blue, green } = await untilBaking(before, { step: 0 }, { stack, isOver });
      const at = Date.now();
      await stack.truth.misbehave({
        fault: 'fail-service-health',
        service: sample.slots[green],
        seconds: greenSickSeconds,
      });
      await killSlot(stack, blue);
      return { at, lastKnownGood };
    },
  },
  {
    name: 'person',
    what: 'the version that serves dies, and no rollout is under way: a person runs sluice emergency start',
    begin: async (drill) => {
      const lastKnownGood = servingNow(drill);
      const { green } = await rollOut(drill, versions.next);
      const { stack } = drill;
      const at = Date.now();
      await killSlot(stack, green);
      await untilUnhealthy(stack, stack.service.targetGroups[green]);
      await drill.sluice('emergency', 'start', sample.service, '--reason', 'both versions are down', '--as', 'Ana');
      return { at, lastKnownGood };
    },
  },
];

/** Ends every task of a slot, and each one that comes in its place. */
async function killSlot({ clients, truth }: LocalStack, slot: RolloutState['blue']): Promise<void> {
  const [cluster, serviceName] = [sample.cluster, sample.slots[slot]];
  await truth.misbehave({ fault: 'fail-to-start', service: serviceName });
  const { taskArns = [] } = await clients.ecs.send(new ListTasksCommand({ cluster, serviceName }));
  for (const task of taskArns) await clients.ecs.send(new StopTaskCommand({ cluster, task }));
}

const latelyMs = 2_000;

/** The one version that users get. */
function servingNow({ answers }: Drill): string {
  const [version, ...others] = versionsSince(answers, Date.now() - latelyMs);
  if (version === undefined || others.length > 0)
    throw new Error(`one version has to serve before the drill, and users got ${[version, ...others].join(', ')}`);
  return version;
}

/** Rolls a version out that passes. */
async function rollOut({ stack, isOver }: Drill, version: SampleVersion): Promise<RolloutState> {
  await untilUnlocked(stack, isOver);
  const before = await startSampleRollout(version, stack);
  const { store } = stack.clients;
  const { state } = await followRollout(store, sample.service, before, () => undefined, rolloutSeconds);
  if (state.phase === 'succeeded') return state;
  throw new Error(
    `${version.tag} was to be rolled out before the drill, and ${state.rolloutId} is ${state.phase}: ${state.reason ?? ''}`,
  );
}

async function untilUnlocked({ clients }: LocalStack, isOver: () => boolean): Promise<void> {
  const deadline = performance.now() + unlockedWithinMs;
  for (;;) {
    const { lockedBy } = await clients.store.service(sample.service);
    if (lockedBy === undefined) return;
    if (isOver() || performance.now() > deadline) throw new Error(`the service is still locked by ${lockedBy}`);
    await sleep(500);
  }
}
