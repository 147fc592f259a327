import { seeded } from '../../bench/analysis/random.ts';
import { dynamoDbRolloutStore } from '../../lib/aws/dynamodb-rollout-store.ts';
import type { Announcement } from '../../lib/ports/announcer.ts';
import type { Image } from '../../lib/ports/image-registry.ts';
import type { Autoscaling } from '../../lib/rollout/autoscaling.ts';
import type { RoutingAction } from '../../lib/rollout/routing.ts';
import type { World } from '../../lib/tasks/world.ts';
import type { Machine } from '../statemachines/definitions.ts';
import { digestOf } from '../model/model-world.ts';
import { Others } from './aws/others.ts';
import { Balancer } from './aws/balancer.ts';
import { Hints } from './aws/hints.ts';
import { Lambda } from './aws/lambda.ts';
import { Metrics } from './aws/metrics.ts';
import { type Region, worldOf } from './aws/ports.ts';
import { Calls, type Effect, type Process } from './aws/process.ts';
import { Scheduler } from './aws/scheduler.ts';
import { Slots } from './aws/slots.ts';
import { Definitions, type Execution, StepFunctions } from './aws/step-functions.ts';
import { clientThrough, Table, type TableChange, type Write } from './aws/table.ts';
import { describeFault, type Fault, FaultPlan, type HintKind } from './faults/faults.ts';
import type { AwsService } from './faults/services.ts';
import { checkEvent, checkRight, checkRule, checkSlot } from './invariants/at-each-write.ts';
import { checkEnd } from './invariants/at-the-end.ts';
import { checkGuardPeriod } from './invariants/guard-period.ts';
import { checkHealing } from './invariants/healing.ts';
import { checkForeignHands } from './invariants/foreign-hands.ts';
import { checkTurnedBad } from './invariants/turned-bad.ts';
import { UsersFirst } from './invariants/users-first.ts';
import { type StoryLine, type Truth, type Violation, Watch } from './invariants/watch.ts';
import { VirtualClock } from './kernel/clock.ts';
import { type Scenario, start, usualAutoscaling, type VersionKind } from './scenario.ts';

/** The product as it is, or with one of its mechanisms taken out. */
export interface Build {
  readonly definitions: Definitions;
  readonly without: Without;
}

/** What is taken out of a build, in a test. */
export interface Without {
  readonly alterMachine?: (name: string, definition: Machine) => Machine;
  /** Puts something else in the place of a port. */
  readonly alterWorld?: (world: World, process: Process) => World;
  /** Puts another write in the place of one to the table. */
  readonly alterWrite?: (write: Write) => Write;
  /** Hints of these kinds are never delivered. */
  readonly hints?: readonly HintKind[];
}

/** A build of the definitions as they are deployed, or without something. */
export function buildOf(without: Without = {}): Build {
  return { definitions: new Definitions(without.alterMachine), without };
}

export interface Outcome {
  readonly violations: readonly Violation[];
  readonly fired: readonly Fault[];
  readonly story: readonly StoryLine[];
  readonly announcements: readonly Announcement[];
  readonly effects: readonly Effect[];
  readonly executions: readonly Execution[];
  /** States of any machine that called something. */
  readonly states: ReadonlySet<string>;
}

/** All timers of a run go off within this: the limit on a rollout, its retention, and a second one. */
const longestSeconds = 24 * 3600;

const behaviours: Readonly<Record<VersionKind, { errorShare: number; latencySeconds: number; crashes: boolean }>> = {
  good: { errorShare: 0.001, latencySeconds: 0.05, crashes: false },
  bad: { errorShare: 0.3, latencySeconds: 0.05, crashes: false },
  slow: { errorShare: 0.001, latencySeconds: 9, crashes: false },
  crashing: { errorShare: 1, latencySeconds: 0.05, crashes: true },
};

/** Digests and tags of what serves at first, of what is pushed, and of what is pushed meanwhile. */
const versions = [
  { tag: '411-3c9e1f0', digest: digestOf('a') },
  { tag: '412-9f8d111', digest: digestOf('b') },
  { tag: '413-b4dc0de', digest: digestOf('c') },
] as const;

/** Runs one scenario with the given faults, in virtual time, to the end of all its timers. */
export async function simulate(scenario: Scenario, faults: readonly Fault[], build: Build): Promise<Outcome> {
  const clock = new VirtualClock(start);
  const waits = seeded(scenario.seed, 40);
  return clock.installed(
    () => new Run(clock, scenario, faults, build).toTheEnd(),
    () => waits.uniform(),
  );
}

/** The parts of one run, joined. */
class Run {
  readonly #scenario: Scenario;
  readonly #watch: Watch;
  readonly #plan: FaultPlan;
  readonly #truth: Truth;
  readonly #executions: StepFunctions;
  readonly #others: Others;
  readonly #hints: Hints;
  readonly #effects: Effect[] = [];
  readonly #states = new Set<string>();

  constructor(clock: VirtualClock, scenario: Scenario, faults: readonly Fault[], build: Build) {
    const random = (stream: number) => seeded(scenario.seed, stream);
    const now = () => clock.now();
    const watch = new Watch(clock, start);
    const tellFault = (fault: Fault) => {
      watch.tell(`FAULT ${describeFault(fault)}`);
    };
    const plan = new FaultPlan(faults, () => watch.seconds, tellFault);
    const stop = (execution: string) => {
      this.#executions.stop(execution);
    };
    const onEffect = (effect: Effect) => {
      this.#effects.push(effect);
      checkRight(effect, this.#truth, watch);
      if (!effect.call.startsWith('store.')) watch.tell(`${effect.process.name}: ${effect.call}`);
    };
    const calls = new Calls({ clock, random: random(3), faults: plan, start, onEffect, stop });
    const table = new Table((changes) => {
      this.#onTable(changes);
    }, build.without.alterWrite);
    const balancer = new Balancer(now, (change) => {
      watch.tell(`rule ${change.arn.slice(-4)} now says ${JSON.stringify(Object.values(change.after))}`);
      checkRule(change, calls.author, this.#truth, watch);
    });
    const slots = new Slots({
      ...{ now, random: random(4) },
      onChange: (change) => {
        checkSlot(change, calls.author, this.#truth, watch);
      },
      startsFrom: (digest) => start + 1000 * plan.tasksStartFrom(watch.seconds, digest === versions[1].digest),
    });
    const { requestsPerSecond } = scenario;
    const metrics = new Metrics({ now, start, random: random(5), faults: plan, balancer, slots, requestsPerSecond });
    const autoscaling = autoscalingOf(scenario);
    this.#truth = { scenario, clock, table, balancer, slots, metrics, autoscaling };
    const lambda = new Lambda({
      ...{ clock, random: random(6), faults: plan, calls },
      worldOf: (process) => {
        const world = worldOf(process, region);
        return build.without.alterWorld?.(world, process) ?? world;
      },
      meanwhile: (what, { caller }) => {
        if (what === 'asked-back') this.#others.askBack();
        else if (caller !== undefined) stop(caller);
      },
    });
    const standsStill = (service: AwsService) => () => {
      const ends = plan.outageEnds(service, watch.seconds);
      return ends === undefined ? 0 : (ends - watch.seconds) * 1000 + 1;
    };
    const hints = new Hints({
      ...{ clock, random: random(7), faults: plan, lambda, never: build.without.hints ?? [] },
      standsStill: standsStill('eventbridge'),
      onGivenUp: (named, error) => {
        const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        watch.tell(`an event for ${named} is in the dead-letter queue after ${said.slice(0, 160)}`);
      },
    });
    const executions: StepFunctions = new StepFunctions({
      ...{ clock, definitions: build.definitions, standsStill: standsStill('step-functions') },
      services: () => ({ calls, lambda, table, balancer, executions, worldOf: (process) => worldOf(process, region) }),
      onState: ({ arn, state }, nth) => {
        this.#states.add(state);
        const fault = plan.take('stopped-in', (one) => one.state === state && one.nth === nth);
        if (fault !== undefined)
          clock.after(fault.milliseconds, () => {
            stop(arn);
          });
      },
      onEnd: (execution) => {
        this.#onEnd(execution);
      },
    });
    const scheduler = new Scheduler({
      ...{ clock, random: random(8), standsStill: standsStill('scheduler') },
      delivery: () => hints.delivery('schedule'),
      fire: (schedule) => {
        if (standsStill('step-functions')() > 0) return false;
        watch.tell(`schedule ${schedule.name} fires`);
        executions.start('rollback', `${schedule.name}-${String(calls.count('schedule'))}`, schedule.input);
        return true;
      },
    });
    const deadlines = new Scheduler({
      ...{ clock, random: random(9), standsStill: standsStill('scheduler') },
      delivery: () => ({ times: 1, extra: 0 }),
      fire: ({ input }) => {
        hints.deliver('deadline', 'ExpireApproval', input);
        return true;
      },
    });
    const region: Region = {
      ...{ clock, calls, table, balancer, slots, metrics, scheduler, deadlines, autoscaling },
      tokens: new Map(),
      wake: (rolloutId) => {
        hints.woken(rolloutId);
      },
      imageOf: (asked) => {
        const found = versions.find(({ tag, digest }) => asked === tag || asked === digest);
        const isGone = found === versions[1] && plan.isImageGone(watch.seconds);
        return found === undefined || isGone ? undefined : imageOf(found.tag, found.digest);
      },
      announced: (announcement) => {
        watch.announcements.push(announcement);
        this.#others.hears(announcement);
      },
      executions: () => executions,
      setAutoscaling: (service, settings) => {
        if (!region.autoscaling.has(service)) return;
        region.autoscaling.set(service, settings);
        const { desired } = slots.slot(service);
        const within = Math.min(settings.max, Math.max(settings.min, desired));
        if (within !== desired) slots.scale(service, within);
      },
    };
    this.#scenario = scenario;
    this.#watch = watch;
    this.#plan = plan;
    this.#executions = executions;
    this.#hints = hints;
    this.#others = new Others({ clock, faults: plan, region, executions, hints, scenario, watch, random: random(10) });
  }

  async toTheEnd(): Promise<Outcome> {
    const { clock, table, balancer, slots } = this.#truth;
    const { spec, tasks, version, nextVersion } = this.#scenario;
    spec.traffic.forEach((target, index) => {
      const groups = spec.slots.a.targetGroups;
      const group = groups[index % groups.length] ?? '';
      balancer.write('rule' in target ? target.rule : target.listener, firstActions(group, this.#scenario));
    });
    const kinds = ['good', version, nextVersion] as const;
    versions.forEach(({ digest }, index) => {
      slots.behaviours.set(digest, { digest, ...behaviours[kinds[index] ?? 'good'] });
    });
    slots.add('web-a', spec.slots.a.targetGroups, digestOf('a'), tasks);
    slots.add('web-b', spec.slots.b.targetGroups, digestOf('a'), 0);
    const store = dynamoDbRolloutStore(
      clientThrough((command) => Promise.resolve(table.carryOut(command))),
      'sluice-test',
    );
    await store.putSpec(spec, 'a test', new Date(clock.now()).toISOString());

    this.#others.begin();
    const users = new UsersFirst(this.#plan, () => this.#truth, this.#watch);
    await clock.run(start + longestSeconds * 1000, () => {
      users.check();
    });
    const executions = [...this.#executions.all.values()];
    checkEnd(executions, this.#plan.fired, this.#truth, this.#watch);
    checkForeignHands(this.#truth, this.#watch);
    checkTurnedBad(this.#plan, this.#truth, this.#watch);
    checkGuardPeriod(this.#plan, users.onlyGreenServed, this.#truth, this.#watch);
    checkHealing(this.#plan, this.#truth, this.#watch);
    return {
      violations: this.#watch.violations,
      fired: this.#plan.fired,
      story: this.#watch.story,
      announcements: this.#watch.announcements,
      effects: this.#effects,
      executions,
      states: this.#states,
    };
  }

  #onTable(changes: readonly TableChange[]): void {
    for (const recorded of this.#watch.appended(changes)) {
      checkEvent(recorded, this.#truth, this.#watch);
      this.#hints.appended(recorded.rolloutId);
    }
    for (const { key, after } of changes) {
      const [, service] = /^SERVICE#(.+) \/ (?:LOCK|WAITING)$/.exec(key) ?? [];
      const isNews = key.endsWith(' / WAITING') && after !== undefined;
      const isReleased = key.endsWith(' / LOCK') && after === undefined;
      if (service !== undefined && (isNews || isReleased)) this.#hints.moved(service, isNews);
      const [, rolloutId] = /^ROLLOUT#(.+) \/ WAKE#/.exec(key) ?? [];
      if (rolloutId !== undefined) this.#hints.woken(rolloutId);
    }
  }

  #onEnd({ arn, machine, name, input, status, error = '' }: Execution): void {
    this.#watch.tell(`execution ${name} of ${machine} ended ${status} ${error.slice(0, 200)}`);
    if (status === 'SUCCEEDED' || machine === 'retirement') return;
    const stateMachineArn = `arn:aws:states:eu-west-1:111122223333:stateMachine:sluice-test-${machine}`;
    const ended = { executionArn: arn, stateMachineArn, name, status, input: JSON.stringify(input), error };
    this.#hints.deliver('status', 'WatchExecution', { detail: ended });
  }
}

/** What a team has put into a rule: all to slot a, with group stickiness or without. */
function firstActions(group: string, { spec, stickySeconds }: Scenario): readonly RoutingAction[] {
  if (stickySeconds === 0) return [{ Type: 'forward', TargetGroupArn: group, Order: 1 }];
  const other = spec.slots.b.targetGroups[spec.slots.a.targetGroups.indexOf(group)] ?? '';
  const TargetGroups = [
    { TargetGroupArn: group, Weight: 100 },
    { TargetGroupArn: other, Weight: 0 },
  ];
  const TargetGroupStickinessConfig = { Enabled: true, DurationSeconds: stickySeconds };
  return [{ Type: 'forward', Order: 1, ForwardConfig: { TargetGroups, TargetGroupStickinessConfig } }];
}

/** Where a policy scales the service: how it does before a rollout. */
function autoscalingOf({ isScaled, spec }: Scenario): Map<string, Autoscaling> {
  const services = isScaled ? [spec.slots.a.service, spec.slots.b.service] : [];
  return new Map(services.map((service) => [service, usualAutoscaling]));
}

function imageOf(tag: string, digest: string): Image {
  return { repositoryUri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web', digest, tags: [tag] };
}
