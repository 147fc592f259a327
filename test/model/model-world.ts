import type { AlarmState } from '../../lib/metrics/alarms.ts';
import type { Announcement } from '../../lib/ports/announcer.ts';
import type { StoppedTask } from '../../lib/drivers/stopped-tasks.ts';
import type { Measure } from '../../lib/ports/measures.ts';
import type { DeliveryHint, ReminderTimer } from '../../lib/ports/outbox.ts';
import type { Pusher } from '../../lib/ports/push-trail.ts';
import type { HeaderRoute } from '../../lib/drivers/traffic-router.ts';
import type { TaskDefinitionFacts } from '../../lib/drivers/slot-runtime.ts';
import type { Autoscaling } from '../../lib/rollout/autoscaling.ts';
import { type RoutingAction, weightsOf } from '../../lib/drivers/rules/routing.ts';
import { rolloutSpec, type RolloutSpec } from '../../lib/specification/rollout-spec.ts';
import type { OwningTemplate } from '../../lib/ports/rule-templates.ts';
import type { World } from '../../lib/ports/world.ts';
import type { End } from './interpreter.ts';
import { MemoryEmergencies } from './memory-emergencies.ts';
import { MemoryIncidents } from './memory-incidents.ts';
import { MemoryReleases } from './memory-releases.ts';
import { MemoryRolloutStore } from './memory-rollout-store.ts';
import { MemorySchedules } from './memory-schedules.ts';
import { MemoryTaskTokens } from './memory-task-tokens.ts';
import { modelCapacity } from './model-capacity.ts';
import { modelEvidence } from './model-evidence.ts';
import { modelExecutions, type Started } from './model-executions.ts';
import { modelFacts } from './model-facts.ts';
import { modelMetrics, type ProbedRequest } from './model-metrics.ts';
import { modelRouter, type WeightChange } from './model-router.ts';
import { modelRuntime } from './model-runtime.ts';
import type { ModelSlot } from './model-slots.ts';
import { ModelTasks } from './model-tasks.ts';

const elb = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';
const id = '0123456789abcdef';
export const modelArns = {
  groupA: `${elb}:targetgroup/web-a/${id}`,
  groupB: `${elb}:targetgroup/web-b/${id}`,
  listener: `${elb}:listener/app/main/${id}/${id}`,
  rule: `${elb}:listener-rule/app/main/${id}/${id}/${id}`,
} as const;

export const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;

/** A spec of the model's service with nothing but what must be said: every number is the product's default. */
export function defaultSpec(overrides: Readonly<Record<string, unknown>> = {}): RolloutSpec {
  return rolloutSpec.parse({
    service: 'web',
    cluster: 'main',
    container: 'app',
    image: { repository: 'shop/web' },
    slots: {
      a: { service: 'web-a', targetGroup: modelArns.groupA },
      b: { service: 'web-b', targetGroup: modelArns.groupB },
    },
    traffic: [{ rule: modelArns.rule }],
    ...overrides,
  });
}

/** The same with times as short as virtual time allows. */
export function modelSpec(overrides: Readonly<Record<string, unknown>> = {}): RolloutSpec {
  return defaultSpec({
    period: '1s',
    lag: '0s',
    // A look reads every second of it: two hours would make a walk take seconds.
    analysis: { history: '60s', clumps: '1s' },
    minimumRequests: 5,
    steps: [
      { weight: 10, bake: '5s' },
      { weight: 50, bake: '5s' },
      { weight: 100, bake: '5s' },
    ],
    ...overrides,
  });
}

/**
 * A small model of the world behind the ports, in virtual time: two slots, rules with weights, images, and metrics that follow
 * from the weights and from how each image behaves. Time passes only in `sleep` and where a test moves it.
 */
export class ModelWorld implements World {
  readonly store = new MemoryRolloutStore();
  readonly emergencies = new MemoryEmergencies();
  readonly incidents = new MemoryIncidents();
  readonly releases = new MemoryReleases(this.store, this.store.holds);
  readonly schedules = new MemorySchedules();
  readonly deadlines = new MemorySchedules();
  readonly taskTokens = new MemoryTaskTokens();
  readonly waiting = this.taskTokens;
  time = Date.parse('2026-03-01T10:00:00.000Z');
  /** Requests a second through the load balancer. */
  requestsPerSecond = 200;
  /** Share of bad responses by image digest. */
  readonly errorShare = new Map<string, number>();
  readonly images = new Map<string, { digest: string; tags: string[] }>();
  readonly slots = new Map<string, ModelSlot>();
  readonly actions = new Map<string, readonly RoutingAction[]>();
  /** Which service registers its tasks with a target group. */
  readonly groups = new Map<string, string>([
    [modelArns.groupA, 'web-a'],
    [modelArns.groupB, 'web-b'],
  ]);
  /** What `taskDefinition` finds, by ARN or family. */
  readonly taskDefinitions = new Map<string, TaskDefinitionFacts>();
  /** Bases that green's were derived from, in order. */
  readonly bases: string[] = [];
  /** By service; a service without has a fixed count. */
  readonly autoscaling = new Map<string, Autoscaling>();
  readonly oneOffTasks = new ModelTasks(() => this.now());
  readonly capacity = modelCapacity(this.autoscaling, this.slots);
  readonly facts: World['facts'] = modelFacts();
  readonly headerRoutes = new Map<string, HeaderRoute>();
  readonly announcements: Announcement[] = [];
  readonly started: Started[] = [];
  readonly startedRollbacks: Started[] = [];
  readonly startedRetirements: Started[] = [];
  readonly startedIncidents: Started[] = [];
  readonly startedReleases: Started[] = [];
  /** Every change of a rule's weights, in order. */
  readonly changes: WeightChange[] = [];
  #serial = 0;

  constructor() {
    this.addImage('411-3c9e1f0', digestOf('a'));
    this.slots.set('web-a', { taskDefinition: 'web:1', desired: 2, digest: digestOf('a'), deploymentId: 'ecs-svc/1' });
    this.slots.set('web-b', { taskDefinition: 'web:1', desired: 0, digest: digestOf('a'), deploymentId: 'ecs-svc/2' });
    const free = { scaleIn: false, scaleOut: false, scheduled: false };
    this.autoscaling.set('web-a', { min: 2, max: 6, suspended: free });
    this.autoscaling.set('web-b', { min: 0, max: 6, suspended: free });
    this.actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupA, Order: 1 }]);
  }

  addImage(tag: string, digest: string, errorShare = 0): void {
    this.images.set(tag, { digest, tags: [tag] });
    this.errorShare.set(digest, errorShare);
  }

  weights(): Readonly<Record<string, number>> {
    return weightsOf(this.actions.get(modelArns.rule) ?? []);
  }

  readonly now = () => new Date(this.time);
  readonly sleep = (milliseconds: number) => {
    this.time += milliseconds;
    return Promise.resolve();
  };
  readonly home = { account: '111122223333', region: 'eu-west-1' } as const;
  readonly randomWord = () => `word${String(this.#next())}`;

  /** What owns a rule, by ARN; an error where that cannot be found out. */
  readonly owning = new Map<string, OwningTemplate | Error>();
  readonly templates: World['templates'] = {
    owning: (arn) => {
      const found = this.owning.get(arn);
      return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
    },
  };

  readonly registry: World['registry'] = {
    list: () =>
      Promise.resolve(
        [...this.images.values()].map(({ digest, tags }, index) => ({
          digest,
          tags,
          pushedAt: new Date(Date.parse('2026-02-01T00:00:00.000Z') + index * 60_000).toISOString(),
        })),
      ),
    find: (_, tagOrDigest) => {
      const found = [...this.images.values()].find(
        (one) => one.digest === tagOrDigest || one.tags.includes(tagOrDigest),
      );
      return Promise.resolve(
        found && { repositoryUri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web', ...found },
      );
    },
  };

  /** Alarms that exist, by name. */
  readonly alarmStates = new Map<string, AlarmState>();
  readonly alarms: World['alarms'] = {
    read: (names) => Promise.resolve(names.flatMap((name) => this.alarmStates.get(name) ?? [])),
  };

  /** What the trail knows, by what was changed. */
  readonly changers = new Map<string, string>();
  /** Who pushed what, by tag; a person may take it away to let the history fail. */
  readonly pushers = new Map<string, string | Pusher | Error>();
  readonly pushTrail: World['pushTrail'] = {
    whoPushed: ({ tag = '' }) => {
      const known = this.pushers.get(tag);
      if (known instanceof Error) return Promise.reject(known);
      return Promise.resolve(typeof known === 'string' ? { principal: known } : known);
    },
  };
  readonly trail: World['trail'] = { whoChanged: (thing) => Promise.resolve(this.changers.get(thing)) };

  /** Requests by a header rule, as the load balancer counts them. */
  readonly probed: ProbedRequest[] = [];
  /** VPCs whose probe was taken. */
  readonly probedVpcs: string[] = [];
  readonly probe: World['probe'] = {
    get: (_, headers) => {
      this.countProbe(headers);
      return Promise.resolve({ status: 200, milliseconds: 3 });
    },
    addressesOf: (host) => Promise.resolve([host]),
    inVpc: (vpcId) => {
      this.probedVpcs.push(vpcId);
      return this.probe;
    },
  };
  /** What the load balancer does with a request besides answering it: it counts it for the group that it sends it to. */
  countProbe(headers: Readonly<Record<string, string>>): void {
    const route = [...this.headerRoutes.values()].find(({ header, value }) => headers[header] === value);
    if (route !== undefined) this.probed.push({ at: this.time, group: route.targetGroup });
  }

  /** Executions that run, by ARN; they end where a walk or a test takes them out. */
  readonly running = new Set<string>();
  /** Executions that a person has stopped. */
  readonly stopped = new Set<string>();
  /** How those that a walk ran have ended. */
  readonly ends = new Map<string, End>();
  /** What a machine told people by itself. */
  readonly pages: string[] = [];
  readonly executions = modelExecutions('rollout', this.started, this.running);
  readonly rollbacks = modelExecutions('rollback', this.startedRollbacks, this.running);
  readonly releaseExecutions = modelExecutions('release', this.startedReleases, this.running);
  readonly incidentExecutions = modelExecutions('incident', this.startedIncidents, this.running);
  readonly retirements = modelExecutions('retirement', this.startedRetirements, this.running, this.stopped);

  readonly installation: World['installation'] = { stage: 'test', region: 'eu-west-1' };
  readonly hints: DeliveryHint[] = [];
  readonly timers: (ReminderTimer & { readonly afterSeconds: number })[] = [];
  readonly measured: Measure[] = [];
  readonly measures: World['measures'] = {
    add: (_, measures) => this.measured.push(...measures),
  };

  readonly outbox: World['outbox'] = {
    hint: (hints) => {
      // The queue drops what it was given within the last minutes.
      this.hints.push(...hints.filter(({ id }) => !this.hints.some((one) => one.id === id)));
      return Promise.resolve();
    },
    remind: (timer, afterSeconds) => {
      this.timers.push({ ...timer, afterSeconds });
      return Promise.resolve();
    },
  };

  readonly announcer: World['announcer'] = {
    announce: (announcement) => {
      this.announcements.push(announcement);
      return Promise.resolve();
    },
  };

  /** Documents that were kept, by their key. */
  readonly kept = new Map<string, unknown>();
  readonly archive: World['archive'] = {
    keep: (key, document) => {
      this.kept.set(key, JSON.parse(JSON.stringify(document)));
      return Promise.resolve(`s3://evidence/${key}`);
    },
  };

  /** Priority of each rule, where a test changes it. */
  readonly priorities = new Map<string, string>();
  readonly router: World['router'] = modelRouter(this, modelArns, () => this.#next());
  /** What runs where nothing was deployed yet. */
  readonly firstDigest = digestOf('a');
  readonly runtime: World['runtime'] = modelRuntime(this, () => this.#next());
  readonly evidence: World['evidence'] = modelEvidence(this);
  /** Tasks that have stopped, by the name of their service. */
  readonly stoppedOf: Record<string, readonly StoppedTask[]> = {};
  readonly stoppedTasks: World['stoppedTasks'] = {
    stoppedTasks: ({ service }) => Promise.resolve(this.stoppedOf[service] ?? []),
  };
  readonly metrics: World['metrics'] = modelMetrics(this, modelArns.groupA);

  #next(): number {
    this.#serial += 1;
    return this.#serial;
  }
}
