import { modelArns, type ModelWorld } from '../model/model-world.ts';
import { ServiceError } from '../model/integrations.ts';
import type { WalkOptions } from '../model/walk.ts';
import { requestClose } from '../../lib/usecases/people/request-close.ts';
import { stickyActions } from '../usecases/journey.ts';
import { apply, type Before, newestId, type Play, toGreen, whileIn } from './plays.ts';
import { bad, good } from './two-pushes.ts';

const halfHealthy = { healthy: 1, unhealthy: 1, total: 2 };
const noneHealthy = { healthy: 0, unhealthy: 2, total: 2 };

/** A rollout whose execution dies, and the rollback machine as its guard starts it. */
function diedIn(state: string, meanwhile: (world: ModelWorld) => unknown = () => undefined): Play {
  return async ({ world, walk }) => {
    const before: Before = (entered) => {
      if ([state, 'DelayRollout', 'RequestRollback', 'StartRollback'].includes(entered)) throw new Error('stopped');
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
        isBack && group === modelArns.groupA && isSick() ? Promise.resolve(halfHealthy) : health(group);
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

/** Blue loses its healthy targets in mid-rollout and gets them back after a while, or never, while green is well. */
function deadBlue(looksUntilBack: number, disturb: Before = () => undefined): Play {
  return async ({ world, walk }) => {
    const health = world.router.targetHealth.bind(world.router);
    let isDead = false;
    let looks = 0;
    world.router.targetHealth = (group) =>
      isDead && group === modelArns.groupA ? Promise.resolve(noneHealthy) : health(group);
    const before: Before = (state, ...rest) => {
      if (state === 'Claim') isDead = true;
      if (state === 'PlanRestoration') isDead = (looks += 1) <= looksUntilBack;
      if (state === 'AnnounceHeld') world.time += 600_000;
      if (state === 'CheckRollback') world.time += 100_000_000;
      disturb(state, ...rest);
    };
    await walk('rollout', bad, { before });
  };
}

/** Blue is seen to be dead, and then neither a function nor the load balancer answers. */
const deadAndUnasked: Play = (stage) => {
  let looks = 0;
  return deadBlue(100, (state) => {
    if (state === 'PlanRestoration') looks += 1;
    if (looks > 2 && (state === 'PlanRestoration' || state === 'ReadBlue')) throw new Error('nobody answers');
  })(stage);
};

/** No function says what to write. */
const unread: Before = (state) => {
  if (state === 'PlanRestoration') throw new Error('Lambda is down');
};

/** A state answers with a kind of target that nothing knows. */
function somethingNewFrom(from: string): NonNullable<WalkOptions['answer']> {
  return (state, output) =>
    state === from
      ? (JSON.parse(JSON.stringify(output).replaceAll(/kind(\\?":\\?")rule/g, 'kind$1gateway')) as unknown)
      : output;
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

/** From now on blue does not answer well: the attempt under way cannot end before another one comes upon it. */
function silence(world: ModelWorld): void {
  world.probe.get = () => Promise.resolve({ status: 500, milliseconds: 1 });
}

/** A person closes a rollback whose blue does not answer, while an attempt is under way. */
const closed = (state: string): Play =>
  whileIn(
    state,
    async (world, { walk }) => {
      silence(world);
      const rolloutId = await newestId(world);
      const closer = { by: 'ada', reason: 'blue serves' };
      await requestClose(rolloutId, { ...closer, how: 'command' }, [], {
        store: world.store,
        now: world.now,
        startClosing: (_, request) => walk('rollback', { rolloutId, ...request }, {}, `${rolloutId}-close-1`),
      });
    },
    bad,
  );

/** What can come of a rollback. */
export const rollbackScenarios: Readonly<Record<string, Play>> = {
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
  'a plan that names something new': async ({ walk }) => {
    await walk('rollout', bad, { answer: somethingNewFrom('PlanRestoration') });
  },
  'a restore plan that names something new, and no function reads it': async ({ walk }) => {
    await walk('rollout', bad, { answer: somethingNewFrom('Claim'), before: unread });
  },
  'a person closes it while blue is asked': closed('HealthCheckBlue'),
  'a machine is told to close, and no person has asked for it': whileIn(
    'HealthCheckBlue',
    async (world, { walk }) => {
      silence(world);
      await walk('rollback', { rolloutId: await newestId(world), close: 'yes' }, {}, 'closed-by-mistake');
    },
    bad,
  ),
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
  'blue is dead for a while': deadBlue(3),
  'blue stays dead': deadBlue(100),
  'blue is seen to be dead, and then nobody answers': deadAndUnasked,
  'no function reads the rules': ({ walk }) => walk('rollout', bad, { before: unread }),
  'no function reads the rules, and nobody says how blue is': ({ walk }) => {
    const before: Before = (state, ...rest) => {
      if (state === 'ReadBlue') throw new Error('nobody answers');
      unread(state, ...rest);
    };
    return walk('rollout', bad, { before });
  },
  'no function reads a default action': async ({ world, walk }) => {
    await apply(world, { traffic: [{ listener: modelArns.listener }] });
    world.actions.set(modelArns.listener, [{ Type: 'forward', TargetGroupArn: modelArns.groupA, Order: 1 }]);
    await walk('rollout', bad, { before: unread });
  },
  'no function reads the rules, and blue is dead': deadBlue(100, unread),
  'no function reads the rules, and both are dead': async ({ world, walk }) => {
    let isDead = false;
    const health = world.router.targetHealth.bind(world.router);
    world.router.targetHealth = (group) => (isDead ? Promise.resolve(noneHealthy) : health(group));
    const before: Before = (state, ...rest) => {
      if (state === 'Claim') isDead = true;
      if (state === 'VerifyBlue') isDead = false;
      unread(state, ...rest);
    };
    await walk('rollout', bad, { before });
  },
  'it dies while it bakes': diedIn('AnalyseGreen'),
  'it dies at the end': diedIn('FinishRollout'),
  'it dies at the end, and somebody moves traffic': diedIn('FinishRollout', ({ actions }) =>
    actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupA }]),
  ),
  'ECS takes a while to go back': ({ walk }) => {
    let looks = 0;
    const answer: NonNullable<WalkOptions['answer']> = (state, output) =>
      state === 'RemoveGreen' && (looks += 1) === 1 ? { Payload: { outcome: 'waiting', waitSeconds: 10 } } : output;
    return walk('rollout', bad, { answer });
  },
  'blue is sick for a while': sickBlue('VerifyBlue', false),
  'blue stays sick': sickBlue('VerifyBlue', true),
  'blue is silent for a while': sickBlue('HealthCheckBlue', false),
  'blue stays silent': sickBlue('HealthCheckBlue', true),
};
