import { ServiceError, type WalkOptions } from '../model/walk.ts';
import { digestOf, modelArns, modelSpec, type ModelWorld } from '../model/model-world.ts';
import { newestRolloutId } from '../model/newest-rollout.ts';
import { answerApproval } from '../../lib/tasks/answer-approval.ts';
import { commandNeeds, commandRollout } from '../../lib/tasks/command-rollout.ts';
import { stickyActions, withApprovals } from '../tasks/journey.ts';

/** Where a story plays: a model of its own, and a way to run a machine on it, to its end. */
export interface Stage {
  readonly world: ModelWorld;
  readonly walk: (machine: string, input: unknown, options?: WalkOptions, executionName?: string) => Promise<unknown>;
}

type Before = NonNullable<WalkOptions['before']>;
type People = NonNullable<WalkOptions['people']>;
type Play = (stage: Stage) => Promise<unknown>;

const good = { service: 'web', image: '412-9f8d111' };
const bad = { service: 'web', image: '413-b4dc0de' };
const toGreen = [{ Type: 'forward', TargetGroupArn: modelArns.groupB }];
const noneHealthy = { healthy: 0, unhealthy: 2, total: 2 };
const command = { by: 'Ana', how: 'command', reason: 'lunch' } as const;

async function newestId(world: ModelWorld): Promise<string> {
  return (await newestRolloutId(world)) ?? 'web-none';
}

const apply = ({ store, now }: ModelWorld, overrides: Readonly<Record<string, unknown>>) =>
  store.putSpec(modelSpec(overrides), 'a test', now().toISOString());

/** Does something once, when a state is entered; what it starts is waited for at the end of the story. */
function once(state: string, act: (world: ModelWorld) => unknown): { before: Before; done: () => Promise<unknown> } {
  const started: unknown[] = [];
  const before: Before = (entered, world) => {
    if (entered === state && started.length === 0) started.push(act(world));
  };
  return { before, done: () => Promise.all(started) };
}

/** The rollout of a version, while something happens once. */
function whileIn(state: string, act: (world: ModelWorld, stage: Stage) => unknown, input = good): Play {
  return async (stage) => {
    const { before, done } = once(state, (world) => act(world, stage));
    await stage.walk('rollout', input, { before });
    await done();
  };
}

/** A rollout whose execution dies, and the rollback machine as its guard starts it. */
function diedIn(state: string, meanwhile: (world: ModelWorld) => unknown = () => undefined): Play {
  return async ({ world, walk }) => {
    const before: Before = (entered) => {
      if ([state, 'RequestRollback', 'StartRollback'].includes(entered)) throw new Error('stopped');
    };
    await walk('rollout', good, { before });
    meanwhile(world);
    world.time += 200_000;
    const input = { rolloutId: await newestId(world), by: 'the guard', reason: 'silence', ifPassed: 'finish' };
    await walk('rollback', input, {}, 'by-the-guard');
  };
}

/** A rollback that has to wait for blue, up to its budget where blue stays sick. */
function sickBlue(where: 'VerifyBlue' | 'HealthCheckBlue', isForGood: boolean): Play {
  return async ({ world, walk }) => {
    let looks = 0;
    const isSick = () => isForGood || looks < 3;
    const health = world.router.targetHealth.bind(world.router);
    const get = world.probe.get.bind(world.probe);
    let isBack = false;
    if (where === 'VerifyBlue') {
      world.router.targetHealth = (group) =>
        isBack && group === modelArns.groupA && isSick() ? Promise.resolve(noneHealthy) : health(group);
    } else {
      world.probe.get = (url, headers, seconds) =>
        isBack && isSick() ? Promise.resolve({ status: 500, milliseconds: 1 }) : get(url, headers, seconds);
    }
    const before: Before = (state) => {
      if (state === 'Claim') isBack = true;
      if (state === where) looks += 1;
      if (state === where && isForGood && looks > 2) world.time += 400_000;
      if (state === 'CheckRollback') world.time += 1_000_000;
    };
    await walk('rollout', bad, { before });
  };
}

/** A person rolls back at the second step, with an execution of the rollback machine of their own. */
const byHand: Play = async ({ world, walk }) => {
  const pending: unknown[] = [];
  const before: Before = (state) => {
    if (state !== 'AnalyseGreen' || pending.length > 0 || world.weights()[modelArns.groupB] !== 50) return;
    pending.push(
      newestId(world).then((rolloutId) =>
        walk('rollback', { rolloutId, by: 'ada', reason: 'complaints' }, {}, 'by-hand'),
      ),
    );
  };
  await walk('rollout', good, { before });
  await Promise.all(pending);
};

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
    await walk('rollout', good, { people: answers });
  };

const retire = async ({ world, walk }: Stage, before: Before = () => undefined) => {
  await walk('rollout', good);
  const rolloutId = await newestId(world);
  await walk('retirement', { service: 'web', rolloutId, keepFullSeconds: 1, keepOneSeconds: 1 }, { before }, 'retire');
};

/** What can come of a rollout, of a rollback and of a retirement. */
export const scenarios: Readonly<Record<string, Play>> = {
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
  'green does not answer': async ({ world, walk }) => {
    world.probe.get = () => Promise.resolve({ status: 500, milliseconds: 1 });
    await walk('rollout', good);
  },
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
  'somebody moves traffic at the end': whileIn('FinishRollout', ({ actions }) => {
    actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupA }]);
  }),
  'a person rolls back': byHand,
  'a person rolls back in steps': async (stage) => {
    await apply(stage.world, { rollback: { shape: 'stepped', stepped: { weights: [30, 10], pause: '1s' } } });
    await byHand(stage);
  },
  'sticky rules': async ({ world, walk }) => {
    world.actions.set(modelArns.rule, stickyActions(10));
    await walk('rollout', bad);
  },
  'a default action': async ({ world, walk }) => {
    await apply(world, { traffic: [{ listener: modelArns.listener }] });
    world.actions.set(modelArns.listener, [{ Type: 'forward', TargetGroupArn: modelArns.groupA, Order: 1 }]);
    await walk('rollout', bad);
  },
  'traffic that cannot be put back, and then can': async ({ world, walk }) => {
    let isDown = true;
    const before: Before = (state) => {
      if (isDown && ['RestoreRule', 'RestoreByFunction'].includes(state)) throw new Error('the balancer is down');
      if (isDown && state === 'CheckRollback') world.time += 1_000_000;
    };
    await walk('rollout', bad, { before });
    isDown = false;
    const rolloutId = await newestId(world);
    await walk('rollback', { rolloutId }, {}, `${rolloutId}-rb-2`);
  },
  'a rollback that cannot be closed': ({ walk }) => {
    const before: Before = (state, world) => {
      if (state === 'CloseRollback') throw new Error('the table is down');
      if (state === 'CheckRollback') world.time += 1_000_000;
    };
    return walk('rollout', bad, { before });
  },
  'a claim that is refused although nobody has claimed': ({ walk }) => {
    let claims = 0;
    const before: Before = (state) => {
      if (state === 'Claim' && (claims += 1) === 1) {
        throw new ServiceError('DynamoDB.ConditionalCheckFailedException');
      }
    };
    return walk('rollout', bad, { before });
  },
  'a restore plan that names something new': async ({ walk }) => {
    const answer: WalkOptions['answer'] = (state, output) =>
      state === 'Claim'
        ? (JSON.parse(JSON.stringify(output).replaceAll('kind\\":\\"rule', 'kind\\":\\"gateway')) as unknown)
        : output;
    await walk('rollout', bad, { answer });
  },
  'two rollbacks at once': whileIn(
    'RestoreRule',
    async (world, { walk }) => walk('rollback', { rolloutId: await newestId(world) }, {}, 'by-the-scheduler'),
    bad,
  ),
  'a rollback of what has ended': async ({ world, walk }) => {
    await walk('rollout', good);
    await walk('rollback', { rolloutId: await newestId(world), ifPassed: 'finish' }, {}, 'late');
    await walk('rollback', { rolloutId: 'web-never' }, {}, 'of-nothing');
  },
  'a rollback waits for its turn': whileIn('AnalyseGreen', async (world, { walk }) =>
    walk(
      'rollback',
      { rolloutId: await newestId(world), notBefore: '2026-03-01T10:02:00.000Z' },
      {},
      `${await newestId(world)}-turn-14769661`,
    ),
  ),
  'traffic strays after a rollback': async ({ world, walk }) => {
    await walk('rollout', bad);
    world.actions.set(modelArns.rule, toGreen);
    await walk('rollback', { rolloutId: await newestId(world), by: 'the guard', reason: 'the watch' }, {}, 'the-watch');
  },
  'requests have moved after a rollback': async ({ world, walk }) => {
    await walk('rollout', bad);
    world.time += 60_000;
    await walk('rollback', { rolloutId: await newestId(world), by: 'the guard', reason: 'the watch' }, {}, 'the-watch');
  },
  'it dies while it bakes': diedIn('AnalyseGreen'),
  'it dies at the end': diedIn('FinishRollout'),
  'it dies at the end, and somebody moves traffic': diedIn('FinishRollout', ({ actions }) =>
    actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupA }]),
  ),
  'blue is sick for a while': sickBlue('VerifyBlue', false),
  'blue stays sick': sickBlue('VerifyBlue', true),
  'blue is silent for a while': sickBlue('HealthCheckBlue', false),
  'blue stays silent': sickBlue('HealthCheckBlue', true),
  'a retirement': (stage) => retire(stage),
  'a retirement while a newer rollout may be rejected yet': (stage) => {
    const { store } = stage.world;
    const service = store.service.bind(store);
    const waited = new Set<string>();
    return retire(stage, (state) => {
      if (waited.has(state)) return;
      waited.add(state);
      Object.assign(store, {
        service: async (name: string) => {
          Object.assign(store, { service });
          return { ...(await service(name)), lockedBy: 'web-next' };
        },
      });
    });
  },
  'a retirement of a slot that somebody took': (stage) =>
    retire(stage, (state, { slots }) => {
      const slot = slots.get('web-a');
      if (state === 'ScaleDownBlue' && slot !== undefined) slot.digest = digestOf('f');
    }),
  'a retirement of a slot that somebody took later': (stage) =>
    retire(stage, (state, { slots }) => {
      const slot = slots.get('web-a');
      if (state === 'RetireBlue' && slot !== undefined) slot.digest = digestOf('f');
    }),
};
