import { createHash } from 'node:crypto';
import { dynamoDbEmergencies } from '../../../lib/storage/dynamodb-emergencies.ts';
import { dynamoDbIncidents } from '../../../lib/storage/dynamodb-incidents.ts';
import { dynamoDbReleases } from '../../../lib/storage/dynamodb-releases.ts';
import { dynamoDbRolloutStore } from '../../../lib/storage/dynamodb-rollout-store.ts';
import type { Announcement } from '../../../lib/ports/announcer.ts';
import type { DeliveryHint } from '../../../lib/ports/outbox.ts';
import type { Image } from '../../../lib/ports/image-registry.ts';
import type { Autoscaling } from '../../../lib/rollout/autoscaling.ts';
import { withServiceDeployments } from '../../../lib/drivers/ecs-native/ecs-native-runtime.ts';
import { ecsServiceDeployments } from '../../../lib/drivers/ecs-native/ecs-service-deployments.ts';
import { type Routing, weightsOf } from '../../../lib/drivers/rules/routing.ts';
import type { TrafficTarget } from '../../../lib/drivers/layout/layout.ts';
import type { World } from '../../../lib/ports/world.ts';
import { modelFacts } from '../../model/model-facts.ts';
import { modelArns } from '../../model/model-world.ts';
import type { VirtualClock } from '../kernel/clock.ts';
import type { Balancer } from './balancer.ts';
import { type Change, executionsOf, type Look } from './executions-port.ts';
import type { Metrics } from './metrics.ts';
import { ecsThrough, type OneService } from './one-service.ts';
import { type Calls, NamedError, type Process } from './process.ts';
import type { Scheduler } from './scheduler.ts';
import type { StepFunctions } from './step-functions.ts';
import type { Slots } from './slots.ts';
import { clientThrough, describeCommand, type Table } from './table.ts';

/** Everything behind the ports, as it really is. */
export interface Region {
  readonly clock: VirtualClock;
  readonly calls: Calls;
  readonly table: Table;
  readonly balancer: Balancer;
  readonly slots: Slots;
  /** Where both versions are in one ECS service. */
  readonly oneService: OneService | undefined;
  readonly metrics: Metrics;
  /** What the registry has under a tag or digest. */
  readonly imageOf: (tagOrDigest: string) => Image | undefined;
  readonly autoscaling: Map<string, Autoscaling>;
  readonly scheduler: Scheduler;
  /** Schedules that end a wait for people. */
  readonly deadlines: Scheduler;
  /** Under which token each rollout waits for people. */
  readonly tokens: Map<string, string>;
  /** Calls what lets a rollout go on. */
  readonly wake: (rolloutId: string) => void;
  readonly isRinging: () => boolean;
  readonly announced: (announcement: Announcement) => void;
  readonly hinted: (hints: readonly DeliveryHint[]) => void;
  readonly executions: () => StepFunctions;
  readonly setAutoscaling: (service: string, settings: Autoscaling) => void;
}

/** The world as one process sees it: the product's own store on the model's table, and ports whose calls may fail. */
export function worldOf(process: Process, region: Region): World {
  const { calls, clock, table } = region;
  const look = <T>(call: string, answer: (age: number) => T) => calls.look(process, call, answer);
  const change = <T>(call: string, apply: () => T) => calls.change(process, call, apply);
  let words = 0;

  const client = clientThrough((command) => {
    const { name, changes } = describeCommand(command);
    const carryOut = () => table.carryOut(command);
    return changes ? change(`store.${name}`, carryOut) : look(`store.${name}`, carryOut);
  });

  return {
    store: dynamoDbRolloutStore(client, 'sluice-test'),
    releases: dynamoDbReleases(client, 'sluice-test'),
    emergencies: dynamoDbEmergencies(client, 'sluice-test'),
    incidents: dynamoDbIncidents(client, 'sluice-test'),
    home: { account: '111122223333', region: 'eu-west-1' },
    facts: modelFacts(),
    router: routerOf(region, look, change),
    runtime: withDeployments(runtimeOf(region, look, change), region, look, change),
    oneOffTasks: noTasks,
    capacity: {
      autoscalingOf: ({ service }) => look('capacity.autoscalingOf', () => region.autoscaling.get(service)),
      setAutoscaling: ({ service }, settings) =>
        change('capacity.setAutoscaling', () => {
          region.setAutoscaling(service, settings);
        }),
      scheduledActions: () => look('capacity.scheduledActions', () => []),
      scalesBy: () => look('capacity.scalesBy', () => ['ALBRequestCountPerTarget']),
    },
    // No stack of the simulated account owns a rule.
    templates: { owning: () => Promise.resolve(undefined) },
    registry: {
      find: (_, tagOrDigest) => look('registry.find', () => region.imageOf(tagOrDigest)),
      list: () => look('registry.list', () => []),
    },
    alarms: {
      read: (names) =>
        look('alarms.read', () => names.map((name) => ({ name, isRinging: region.isRinging(), reason: 'crossed' }))),
    },
    pushTrail: { whoPushed: () => look('pushTrail.whoPushed', () => undefined) },
    trail: { whoChanged: () => look('trail.whoChanged', () => undefined) },
    metrics: { read: (question) => look('metrics.read', () => region.metrics.read(question)) },
    probe: {
      get: (_, headers) => look('probe.get', () => probed(region, headers)),
      addressesOf: (host) => Promise.resolve([host]),
      inVpc: () => {
        throw new Error('No simulated spec names a probe.');
      },
    },
    executions: executionsOf('rollout', region.executions(), look, change),
    rollbacks: executionsOf('rollback', region.executions(), look, change),
    releaseExecutions: executionsOf('release', region.executions(), look, change),
    incidentExecutions: executionsOf('incident', region.executions(), look, change),
    retirements: executionsOf('retirement', region.executions(), look, change),
    ...waitingOf(region, look, change),
    schedules: schedulesOf('schedules', region.scheduler, change),
    deadlines: schedulesOf('deadlines', region.deadlines, change),
    evidence: {
      tasks: ({ service }) =>
        look('evidence.tasks', () =>
          region.slots
            .digests(service)
            .map((digest) => ({ task: `task/${digest}`, lastStatus: 'RUNNING', containers: [] })),
        ),
      logs: () => look('evidence.logs', () => ({ logs: [], missing: [] })),
    },
    // No task of the simulation ends by itself; whether one did may be unknown.
    stoppedTasks: { stoppedTasks: () => look('stoppedTasks.stoppedTasks', () => []) },
    archive: { keep: (key) => change('archive.keep', () => `s3://evidence/${key}`) },
    announcer: {
      announce: (announcement) =>
        change('announcer.announce', () => {
          region.announced(announcement);
        }),
    },
    outbox: {
      hint: (hints) =>
        change('outbox.hint', () => {
          region.hinted(hints);
        }),
      remind: () => change('outbox.remind', () => undefined),
    },
    measures: { add: () => undefined },
    installation: { stage: 'simulation', region: 'eu-west-1' },
    now: () => new Date(clock.now()),
    sleep: (milliseconds) => clock.sleep(milliseconds),
    randomWord: () => {
      words += 1;
      const seed = `${process.name} ${String(process.nth)} ${String(words)}`;
      return createHash('sha256').update(seed).digest('hex').slice(0, 20);
    },
  };
}

const refuse = () => Promise.reject(new Error('No simulated spec names tasks.'));
const noTasks: World['oneOffTasks'] = { run: refuse, look: refuse, stop: refuse, running: refuse };

function schedulesOf(call: string, scheduler: Scheduler, change: Change): World['schedules'] {
  return {
    put: (schedule) =>
      change(`${call}.put`, () => {
        scheduler.put(schedule);
      }),
    remove: (name) =>
      change(`${call}.remove`, () => {
        scheduler.remove(name);
      }),
  };
}

function waitingOf(region: Region, look: Look, change: Change): Pick<World, 'taskTokens' | 'waiting'> {
  const { tokens, executions, wake } = region;
  return {
    taskTokens: {
      keep: (rolloutId, token) => change('tokens.keep', () => void tokens.set(rolloutId, token)),
      wake: (rolloutId) =>
        change('tokens.wake', () => {
          wake(rolloutId);
        }),
    },
    waiting: {
      tokenOf: (rolloutId) => look('tokens.tokenOf', () => tokens.get(rolloutId)),
      answer: (token, output) =>
        change('executions.answer', () => {
          executions().answer(token, output);
        }),
      forget: (rolloutId, token) =>
        change('tokens.forget', () => {
          if (tokens.get(rolloutId) === token) tokens.delete(rolloutId);
        }),
    },
  };
}

function routerOf({ balancer, slots }: Region, look: Look, change: Change): World['router'] {
  const routing =
    (age: number) =>
    (target: TrafficTarget): Routing => {
      const arn = 'rule' in target ? target.rule : target.listener;
      const kind = 'rule' in target ? 'rule' : 'listener';
      const actions = balancer.actions(arn, age);
      const conditions = kind === 'rule' ? { conditions: balancer.conditions(arn, age) } : {};
      return { kind, arn, listenerArn: modelArns.listener, actions, weights: weightsOf(actions), ...conditions };
    };
  return {
    find: (targets) => look('router.find', (age) => targets.map(routing(age))),
    read: (targets) => look('router.read', (age) => targets.map(routing(age))),
    write: (_, arn, actions) =>
      change('router.write', () => {
        balancer.modify(arn, actions);
      }),
    targetHealth: (group) => look('router.targetHealth', (age) => slots.healthyAgo(group, age)),
    openHeaderRoute: (route) => change('router.openHeaderRoute', () => balancer.addHeaderRule(route)),
    closeHeaderRoute: (arn) =>
      change('router.closeHeaderRoute', () => {
        balancer.removeHeaderRule(arn);
      }),
    taggedRoutesOf: () =>
      look('router.taggedRoutesOf', () =>
        [...balancer.headerRules].map(([arn, { rolloutId }]) => ({ arn, rolloutId })),
      ),
    headerRoutesOf: (_, rolloutId) =>
      look('router.headerRoutesOf', () =>
        [...balancer.headerRules].filter(([, route]) => route.rolloutId === rolloutId).map(([arn]) => arn),
      ),
    protocolVersionsOf: (groups) =>
      look('router.protocolVersionsOf', () => Object.fromEntries(groups.map((group) => [group, 'HTTP1']))),
    healthChecksOf: (groups) =>
      look('router.healthChecksOf', () => Object.fromEntries(groups.map((group) => [group, { matcher: '200' }]))),
    rulesOf: () => look('router.rulesOf', () => []),
    headerRouteOf: (_, rolloutId, header) =>
      look('router.headerRouteOf', () => {
        const found = [...balancer.headerRules].find(([, one]) => one.rolloutId === rolloutId && one.header === header);
        return found && { arn: found[0], value: found[1].value };
      }),
    ruleRoom: () => look('router.ruleRoom', () => ({ present: 2, most: 100 })),
    entranceOf: () =>
      look('router.entranceOf', () => ({ protocol: 'http', host: 'balancer.test', port: 80, isInternal: false })),
  };
}

function runtimeOf({ slots }: Region, look: Look, change: Change): World['runtime'] {
  return {
    describe: ({ service }) => look('runtime.describe', (age) => slots.describe(service, age)),
    deriveTaskDefinition: (_, __, image) =>
      change('runtime.deriveTaskDefinition', () => `web:${image.slice(image.indexOf('@') + 1)}`),
    deploy: ({ service }, taskDefinition, count) =>
      change('runtime.deploy', () => slots.deploy(service, taskDefinition, count)),
    progress: ({ service }, id) => look('runtime.progress', () => slots.progress(service, id)),
    scale: ({ service }, count) =>
      change('runtime.scale', () => {
        slots.scale(service, count);
      }),
    remainingTasks: ({ service }) =>
      look('runtime.remainingTasks', () => ({
        left: slots.describe(service, 0).desired,
        lastStoppedAt: undefined,
      })),
    stopTasks: () => change('runtime.stopTasks', () => 0),
    runningDigests: ({ service }) => look('runtime.runningDigests', () => slots.digests(service)),
    taskDefinition: (arn) =>
      look('runtime.taskDefinition', () => ({ arn, family: 'web', active: true, containers: {} })),
    imageOf: (taskDefinition) => look('runtime.imageOf', () => taskDefinition),
  };
}

/** The runtime of the slots where the versions have services of their own. */
function withDeployments(slots: World['runtime'], { oneService }: Region, look: Look, change: Change) {
  if (oneService === undefined) return slots;
  const ecs = ecsThrough(oneService, look, change);
  const repository = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web';
  const imageOf: World['runtime']['imageOf'] = (taskDefinition) =>
    look('runtime.imageOf', () => `${repository}@${taskDefinition.slice(4)}`);
  return withServiceDeployments({ ...slots, imageOf }, ecsServiceDeployments(ecs));
}

/** One request, answered by what runs behind the rule that it meets. */
function probed({ balancer, slots, metrics }: Region, headers: Readonly<Record<string, string>>) {
  const { groupA, groupB } = modelArns;
  const group = balancer.routed(headers, slots.behind(groupA)) ?? groupB;
  const [digest = ''] = slots.digests(slots.behind(group).service);
  metrics.countProbe(group);
  if (slots.healthy(group).healthy === 0) throw new NamedError('TimeoutError', 'no answer within 2 s');
  return { status: slots.behaviourOf(digest).errorShare > 0.9 ? 500 : 200, milliseconds: 4 };
}
