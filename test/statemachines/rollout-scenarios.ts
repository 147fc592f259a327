import { answerApproval } from '../../lib/usecases/people/answer-approval.ts';
import { commandNeeds, commandRollout } from '../../lib/usecases/people/command-rollout.ts';
import { digestOf, modelArns } from '../model/model-world.ts';
import type { WalkOptions } from '../model/walk.ts';
import { withApprovals } from '../usecases/journey.ts';
import { apply, type Before, newestId, type Play, toGreen, whileIn } from './plays.ts';
import { bad, good } from './two-pushes.ts';

type People = NonNullable<WalkOptions['people']>;

const command = { by: 'Ana', how: 'command', reason: 'lunch' } as const;

const people =
  (...names: readonly string[]): People =>
  async (rolloutId, world) => {
    const stored = await world.store.load(rolloutId);
    for (const each of names) {
      const person = stored?.state.spec.approvals.people.find(({ name }) => name === each.replace('!', ''));
      if (person === undefined) throw new Error(`there is no ${each}`);
      const answer = each.endsWith('!') ? 'reject' : 'approve';
      await answerApproval(rolloutId, person, answer, { how: 'link', reason: 'not today' }, world);
    }
  };

const withPeople =
  (answers: People): Play =>
  async ({ world, walk }) => {
    await world.store.putSpec(withApprovals(), 'a test', world.now().toISOString());
    await walk('rollout', { ...good, requestedBy: 'Erin' }, { people: answers });
  };

/** What can come of a rollout. */
export const rolloutScenarios: Readonly<Record<string, Play>> = {
  'a good version': ({ walk }) => walk('rollout', good),
  'a bad version': ({ walk }) => walk('rollout', bad),
  'no request at all': ({ walk }) => walk('rollout', 'web'),
  'a tag that is not agreed': async ({ world, walk }) => {
    world.addImage('latest', digestOf('d'));
    await walk('rollout', { ...good, image: 'latest' });
  },
  'a second one that waits': async (stage) => {
    await apply(stage.world, { onBusy: 'queue' });
    await whileIn('AnalyseGreen', (_, { walk }) => walk('rollout', bad, {}, 'execution-2'))(stage);
  },
  'a task before traffic': async ({ world, walk }) => {
    await apply(world, { before: [{ name: 'migrate', command: ['migrate'] }] });
    await walk('rollout', good);
  },
  'a task before traffic while the network is down for a moment': async ({ world, walk }) => {
    await apply(world, { before: [{ name: 'migrate', command: ['migrate'] }] });
    let calls = 0;
    const before: Before = (state) => {
      if (state === 'RunBeforeTasks' && (calls += 1) < 12) throw new Error('the network is down');
    };
    await walk('rollout', good, { before });
  },
  'a task before traffic that fails': async ({ world, walk }) => {
    await apply(world, { before: [{ name: 'migrate', command: ['migrate'] }] });
    world.oneOffTasks.behaviours.set('migrate', { seconds: 1, exitCode: 1 });
    await walk('rollout', good);
  },
  'checks at 100 %': async ({ world, walk }) => {
    await apply(world, { after: ['cluster'] });
    await walk('rollout', good);
  },
  'checks at 100 % that fail': async ({ world, walk }) => {
    await apply(world, { after: ['cluster'] });
    world.facts.clusterStatus = () => Promise.resolve('INACTIVE');
    await walk('rollout', good);
  },
  'people approve': withPeople(people('Ana', 'Ben', 'Cleo')),
  'people reject': withPeople(people('Ana!')),
  'people abort': withPeople(async (rolloutId, world) => {
    await commandRollout(rolloutId, 'abort', command, commandNeeds(world));
  }),
  'green takes its time': async ({ world, walk }) => {
    const progress = world.runtime.progress.bind(world.runtime);
    let looks = 0;
    world.runtime.progress = async (...args) => {
      looks += 1;
      const now = await progress(...args);
      return looks < 3 ? { ...now, state: 'inProgress', running: 0 } : now;
    };
    await walk('rollout', good);
  },
  'green never starts': async ({ world, walk }) => {
    world.runtime.progress = () => Promise.resolve({ state: 'failed', running: 0, desired: 2, reason: 'it crashes' });
    await walk('rollout', good);
  },
  // Blue has answered in the pre-checks.
  'green does not answer': whileIn('VerifyGreen', (world) => {
    world.probe.get = () => Promise.resolve({ status: 500, milliseconds: 1 });
  }),
  'green grows with its steps': async ({ world, walk }) => {
    await apply(world, { capacity: { headroom: 1, minimum: 1 } });
    const blue = world.slots.get('web-a');
    if (blue !== undefined) blue.desired = 8;
    await walk('rollout', good);
  },
  'green is replaced before a step': whileIn('SizeGreen', ({ slots }) => {
    const slot = slots.get('web-b');
    if (slot !== undefined) slot.deploymentId = 'of somebody else';
  }),
  'blue is not whole for a while': async ({ world, walk }) => {
    const health = world.router.targetHealth.bind(world.router);
    let shifts = 0;
    world.router.targetHealth = (group) =>
      group === modelArns.groupA && (shifts === 1 || shifts === 2)
        ? Promise.resolve({ healthy: 1, unhealthy: 1, total: 2 })
        : health(group);
    const before: Before = (state) => {
      if (state === 'ShiftTraffic') shifts += 1;
    };
    await walk('rollout', good, { before });
  },
  'a pause': async ({ world, walk }) => {
    const said: Promise<unknown>[] = [];
    const say = (what: 'pause' | 'resume') =>
      said.push(newestId(world).then((id) => commandRollout(id, what, command, commandNeeds(world))));
    let shifts = 0;
    const before: Before = (state) => {
      if (state === 'OpenHeaderRoute') say('pause');
      if (state === 'ShiftTraffic' && (shifts += 1) === 2) say('resume');
    };
    await walk('rollout', good, { before });
    await Promise.all(said);
  },
  'somebody moves traffic before a step': whileIn('ShiftTraffic', ({ actions }) =>
    actions.set(modelArns.rule, toGreen),
  ),
  'nobody decides a held bake': async ({ world, walk }) => {
    const gate = { name: 'errors', bad: { metric: 'errors' }, total: { metric: 'requests' }, pass: 0.01, abort: 0.05 };
    await apply(world, {
      timeouts: { hold: '5s' },
      approvals: { decideWithin: '10s' },
      gates: [{ ...gate, afterHold: 'ask' }],
      minimumRequests: 1_000_000,
    });
    await walk('rollout', good);
  },
  'an outage that does not end': ({ walk }) => {
    const before: Before = (state) => {
      if (state === 'AnalyseGreen') throw new Error('the network is down');
    };
    return walk('rollout', good, { before });
  },
  'somebody moves traffic at the end': whileIn('FinishRollout', ({ actions }) => {
    actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupA }]);
  }),
};
