import type { ServiceDeployment } from '../../lib/drivers/service-deployments.ts';
import { digestOf, modelArns } from '../model/model-world.ts';
import type { Alterations } from '../usecases/watched-world.ts';
import { fourTests } from './four-tests.ts';

const image = (tags: readonly string[] | undefined): Alterations => ({
  registry: {
    find: () =>
      Promise.resolve(
        tags && { repositoryUri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web', digest: digestOf('b'), tags },
      ),
  },
});

fourTests('image', {
  passes: [{ when: 'tag and digest belong together', saw: 'tag 412-9f8d111' }],
  fails: [
    { when: 'the image is gone', world: image(undefined), saw: /^no image sha256:b+ in shop\/web$/ },
    { when: 'its tag has moved', world: image(['413-b4dc0de']), saw: /^tag 412-9f8d111 moved away/ },
    {
      when: 'the tag does not match the pattern',
      spec: { image: { repository: 'shop/web', tagPattern: 'v\\d+' } },
      saw: 'tag 412-9f8d111, which does not match v\\d+',
    },
  ],
});

const slot = {
  active: true,
  deploymentId: 'ecs-svc/1',
  service: 'web-a',
  taskDefinition: 'web:1',
  desired: 2,
  running: 2,
  targetGroups: [],
};

fourTests('slots', {
  passes: [{ when: 'everything fits', saw: 'slot a gets all traffic of 1 rule' }],
  fails: [
    {
      when: 'a slot registers with no target group',
      world: { runtime: { describe: () => Promise.resolve(slot) } },
      saw: /^slot a: ECS service web-a registers with no target group/,
    },
    {
      when: 'traffic has moved',
      world: {
        router: {
          read: () =>
            Promise.resolve([
              {
                kind: 'rule',
                arn: modelArns.rule,
                listenerArn: modelArns.listener,
                weights: { [modelArns.groupB]: 100 },
                actions: [{ Type: 'forward', Order: 1, TargetGroupArn: modelArns.groupB }],
              },
            ]),
        },
      },
      saw: 'traffic moved to slot b meanwhile',
    },
  ],
});

fourTests('deployment', {
  passes: [{ when: 'both deploy by rolling', saw: 'rolling deployments' }],
  fails: [
    {
      when: 'ECS writes the weights itself',
      world: {
        runtime: { describe: () => Promise.resolve({ ...slot, movesTraffic: 'the deployment strategy LINEAR' }) },
      },
      saw: /^web-a has the deployment strategy LINEAR/,
    },
  ],
});

const deploying = (changes?: Partial<ServiceDeployment>): Alterations => {
  const revision = {
    arn: 'revision-1',
    taskDefinition: 'web:1',
    targetGroups: [],
    digests: {},
    desired: 2,
    running: 2,
  };
  const newest: ServiceDeployment = {
    ...{
      arn: 'deployment-1',
      state: 'underWay',
      stage: 'SCALE_UP',
      reason: '',
      hasEnded: false,
      hasFailedToGoBack: false,
      weight: 0,
      pauses: [],
    },
    ...{ source: revision, sources: 1, goesOnAlone: false, target: revision },
    settings: { strategy: 'LINEAR', stepPercent: 10, stepBakeMinutes: 0, hooks: [] },
    ...changes,
  };
  const deployments = {
    read: () => Promise.resolve(newest),
    newest: () => Promise.resolve(changes && newest),
    begin: () => Promise.resolve('deployment-2'),
    answer: () => Promise.resolve(),
    goBack: () => Promise.resolve(),
  };
  return { runtime: { deployments } };
};

fourTests('other-deployment', {
  passes: [
    {
      when: 'the newest one has ended',
      world: deploying({ state: 'succeeded', hasEnded: true }),
      saw: 'deployment deployment-1 of ECS service web-b has ended',
    },
    {
      when: 'one goes back',
      world: deploying({ state: 'goingBack' }),
      saw: 'ECS still ends deployment deployment-1 of ECS service web-b, which the rollout waits for',
    },
    {
      when: 'the old version of one is ended',
      world: deploying({ stage: 'CLEAN_UP' }),
      saw: 'ECS still ends deployment deployment-1 of ECS service web-b, which the rollout waits for',
    },
    { when: 'there has been none', world: deploying(), saw: 'ECS service web-b has had no deployment yet' },
  ],
  fails: [
    {
      when: 'one is under way',
      world: deploying({}),
      saw: 'deployment deployment-1 of ECS service web-b is in SCALE_UP',
    },
  ],
});

fourTests('protocol', {
  passes: [{ when: 'they speak HTTP', saw: /HTTP|no protocol version/ }],
  fails: [
    {
      when: 'one speaks gRPC',
      world: { router: { protocolVersionsOf: () => Promise.resolve({ [modelArns.groupB]: 'GRPC' }) } },
      saw: /with GRPC/,
    },
  ],
});

const sticky = (seconds: number): Alterations => ({
  router: {
    read: () =>
      Promise.resolve([
        {
          kind: 'rule',
          arn: modelArns.rule,
          listenerArn: modelArns.listener,
          weights: { [modelArns.groupA]: 100 },
          actions: [
            {
              Type: 'forward',
              Order: 1,
              ForwardConfig: {
                TargetGroups: [{ TargetGroupArn: modelArns.groupA, Weight: 100 }],
                TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: seconds },
              },
            },
          ],
        },
      ]),
  },
});

fourTests('stickiness', {
  passes: [
    { when: 'there is none', saw: 'no rule has group stickiness' },
    { when: 'it is short enough', world: sticky(900), saw: 'group stickiness of at most 15m' },
  ],
  fails: [{ when: 'it is longer than the limit', world: sticky(1000), saw: /longer than 15m$/ }],
});

const room = (present: number): Alterations => ({
  router: { ruleRoom: () => Promise.resolve({ present, most: 100 }) },
});

fourTests('rules', {
  passes: [{ when: 'one fits', world: room(99), saw: '99 of 100 rules, and 1 to come' }],
  fails: [{ when: 'none fits', world: room(100), saw: '100 of 100 rules, and 1 to come' }],
});

fourTests('blue', {
  passes: [{ when: 'all tasks run and are healthy', saw: '2 of 2 tasks running, 2 of 2 targets healthy' }],
  fails: [
    {
      when: 'a target is not healthy',
      world: { router: { targetHealth: () => Promise.resolve({ healthy: 1, unhealthy: 1, total: 2 }) } },
      saw: '2 of 2 tasks running, 1 of 2 targets healthy',
    },
    {
      when: 'there is no service',
      world: { runtime: { describe: () => Promise.resolve(undefined) } },
      saw: 'no ECS service web-a',
    },
  ],
});

fourTests('blue image', {
  passes: [{ when: 'its registry has it', saw: /^shop\/web has sha256:a+$/ }],
  fails: [{ when: 'it has expired', world: image(undefined), saw: /has no image sha256:a+ any more, which blue runs/ }],
});

const answers = (status: number): Alterations => ({
  probe: { get: () => Promise.resolve({ status, milliseconds: 2 }) },
});

fourTests('answer', {
  passes: [{ when: 'blue answers 200', saw: 'status 200 at http://127.0.0.1:1/health' }],
  fails: [{ when: 'blue answers 500', world: answers(500), saw: /: status 500 \(/ }],
});

fourTests('autoscaling', {
  passes: [
    {
      when: 'both scale',
      saw: 'blue web-a scales by ALBRequestCountPerTarget, green web-b by ALBRequestCountPerTarget',
    },
  ],
  fails: [
    {
      when: 'green does not scale',
      prepare: ({ autoscaling }) => autoscaling.delete('web-b'),
      saw: /green web-b does not$/,
    },
  ],
});
