import * as z from 'zod';
import { modelExecutionArn } from '../model/model-executions.ts';
import type { WalkOptions } from '../model/walk.ts';
import type { Play, Stage } from './plays.ts';

/** A release of the model's one service. */
const releaseOf = (image: string) => ({
  release: { release: 'checkout', members: [{ service: 'web', image }] },
  requestedBy: 'ana',
});

/** Every rollout that the release starts runs to its end before the next evaluation. */
function runsWhatItStarts({ world, walk }: Stage): void {
  const walked = new Set<string>();
  const load = world.releases.load.bind(world.releases);
  world.releases.load = async (releaseId) => {
    world.time += 20_000;
    for (const { name, input } of [...world.started]) {
      if (walked.has(name)) continue;
      walked.add(name);
      await walk('rollout', input, {}, name);
    }
    return load(releaseId);
  };
}

/** The release that was opened; one that there is not where none was. */
async function releaseId({ world }: Stage): Promise<string> {
  const [newest] = await world.releases.list('checkout', 1);
  return newest?.releaseId ?? 'none';
}

const released =
  (image: string): Play =>
  async (stage) => {
    runsWhatItStarts(stage);
    await stage.walk('release', releaseOf(image), {}, 'release-1');
    stage.world.running.delete(modelExecutionArn('release', 'release-1'));
  };

/** A release that has succeeded, and then is told something. */
const thenTold =
  (direction: 'abort' | 'rollBackAll'): Play =>
  async (stage) => {
    await released('412-9f8d111')(stage);
    const told = { direction, by: 'ana', reason: 'customers complain' };
    await stage.walk('release', { releaseId: await releaseId(stage), told }, {}, 'told-1');
  };

/** The execution has had nearly as many evaluations as it may. */
const isLong: WalkOptions = {
  answer: (state, output) =>
    state === 'OpenRelease'
      ? { Payload: { ...z.object({ Payload: z.looseObject({}) }).parse(output).Payload, turns: 998 } }
      : output,
};

/** What can come of a release, on the real rollout machine. */
export const releaseScenarios: Readonly<Record<string, Play>> = {
  'a release that succeeds': released('412-9f8d111'),
  'a release whose member is rolled back': released('413-b4dc0de'),
  'a release of an image that there is not': released('999-0000000'),
  'a release that goes back after its end': thenTold('rollBackAll'),
  'a release that has ended and is aborted': thenTold('abort'),
  'a release that takes hours': async (stage) => {
    await stage.walk('release', releaseOf('412-9f8d111'), isLong, 'release-1');
  },
  'a second execution of a release': async (stage) => {
    await stage.walk('release', releaseOf('412-9f8d111'), isLong, 'release-1');
    stage.world.running.add(modelExecutionArn('release', 'release-1'));
    await stage.walk('release', { releaseId: await releaseId(stage) }, {}, 'release-2');
  },
};
