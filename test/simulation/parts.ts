import { type Random, seeded } from '../../lib/calibration/random.ts';
import type { Autoscaling } from '../../lib/rollout/autoscaling.ts';
import { Balancer } from './aws/balancer.ts';
import { Channels } from './aws/channels.ts';
import { Hints } from './aws/hints.ts';
import { Lambda } from './aws/lambda.ts';
import { Metrics } from './aws/metrics.ts';
import { type OneService, oneServiceOf } from './aws/one-service-of.ts';
import { Others } from './aws/others.ts';
import { type Region, worldOf } from './aws/ports.ts';
import { Calls, type Effect } from './aws/process.ts';
import { schedulersOf } from './aws/schedulers.ts';
import { Slots } from './aws/slots.ts';
import { type Execution, statusEvent, StepFunctions } from './aws/step-functions.ts';
import { Sweep } from './aws/sweep.ts';
import { Table, type TableChange } from './aws/table.ts';
import type { Build } from './build.ts';
import { describeFault, type Fault, FaultPlan, isWithin } from './faults/faults.ts';
import type { AwsService } from './faults/services.ts';
import { checkEvent, checkRight, checkRule, checkSlot } from './invariants/at-each-write.ts';
import { checkSide } from './invariants/better-side.ts';
import { type Truth, Watch } from './invariants/watch.ts';
import type { VirtualClock } from './kernel/clock.ts';
import { autoscalingOf, type Scenario, start } from './scenario.ts';
import { imageNamed, isPushed } from './versions.ts';

/** The parts of one run, joined: AWS, the product on it, everybody else, and the checks at each change. */
export class Parts {
  readonly watch: Watch;
  readonly plan: FaultPlan;
  readonly truth: Truth;
  readonly executions: StepFunctions;
  readonly others: Others;
  readonly #oneService: OneService | undefined;
  readonly channels: Channels;
  readonly effects: Effect[] = [];
  /** States of any machine that called something. */
  readonly states = new Set<string>();
  readonly #clock: VirtualClock;
  readonly #scenario: Scenario;
  readonly #build: Build;
  readonly #calls: Calls;
  readonly #autoscaling: Map<string, Autoscaling>;
  readonly #lambda: Lambda;
  readonly #hints: Hints;
  readonly #sweep: Sweep;
  readonly #region: Region;

  constructor(clock: VirtualClock, scenario: Scenario, faults: readonly Fault[], build: Build) {
    this.#clock = clock;
    this.#scenario = scenario;
    this.#build = build;
    const watch = new Watch(clock, start);
    const tellFault = (fault: Fault) => {
      watch.tell(`FAULT ${describeFault(fault)}`);
    };
    this.watch = watch;
    this.plan = new FaultPlan(faults, () => watch.seconds, tellFault);
    this.#calls = this.#newCalls();
    this.#autoscaling = autoscalingOf(scenario);
    this.truth = this.#newTruth();
    const { table, balancer, slots } = this.truth;
    this.#oneService = oneServiceOf(scenario, {
      ...{ clock, random: this.#random(18), slots, balancer, table, calls: this.#calls, faults: this.plan },
      tell: (said) => {
        watch.tell(said);
      },
    });
    this.#lambda = this.#newLambda();
    this.#hints = this.#newHints();
    this.channels = this.#newChannels();
    this.#sweep = new Sweep({ clock, random: this.#random(12), table: this.truth.table, hints: this.#hints });
    this.executions = this.#newStepFunctions();
    this.#region = this.#newRegion();
    this.others = new Others({
      ...{ clock, faults: this.plan, region: this.#region, executions: this.executions, hints: this.#hints },
      ...{ scenario, watch, random: this.#random(10) },
    });
  }

  #random(stream: number): Random {
    return seeded(this.#scenario.seed, stream);
  }

  /** Milliseconds until a service works again; 0 while it does. */
  readonly #standsStill = (service: AwsService) => () => this.plan.standsStill(service, this.watch.seconds);

  #newCalls(): Calls {
    const { watch } = this;
    return new Calls({
      ...{ clock: this.#clock, random: this.#random(3), faults: this.plan, start },
      onEffect: (effect) => {
        this.effects.push(effect);
        checkRight(effect, this.truth, watch);
        if (!effect.call.startsWith('store.')) watch.tell(`${effect.process.name}: ${effect.call}`);
      },
      stop: (execution) => {
        this.executions.stop(execution);
      },
    });
  }

  /** What really is, with a check at each change. */
  #newTruth(): Truth {
    const { watch, plan } = this;
    const [clock, scenario, autoscaling] = [this.#clock, this.#scenario, this.#autoscaling];
    const now = () => clock.now();
    const table = new Table((changes) => {
      this.#onTable(changes);
    }, this.#build.without.alterWrite);
    const delays = this.#random(11);
    const balancer = new Balancer({
      now,
      delay: () => delays.integer(2_000, 10_000),
      onChange: (change) => {
        watch.tell(`rule ${change.arn.slice(-4)} now says ${JSON.stringify(Object.values(change.after))}`);
        checkRule(change, this.#calls.author, this.truth, watch);
        checkSide(change, this.#calls.author, this.truth, watch);
      },
    });
    const slots = new Slots({
      ...{ now, random: this.#random(4) },
      onChange: (change) => {
        checkSlot(change, this.#calls.author, this.truth, watch);
      },
      startsFrom: (digest) => start + 1000 * plan.tasksStartFrom(watch.seconds, isPushed(digest)),
    });
    const { requestsPerSecond } = scenario;
    const random = this.#random(5);
    const metrics = new Metrics({ now, start, random, faults: plan, balancer, slots, requestsPerSecond });
    return { scenario, clock, table, balancer, slots, metrics, autoscaling };
  }

  #newLambda(): Lambda {
    const { alterWorld } = this.#build.without;
    return new Lambda({
      ...{ clock: this.#clock, random: this.#random(6), faults: this.plan, calls: this.#calls },
      worldOf: (process) => {
        const world = worldOf(process, this.#region);
        return alterWorld?.(world, process) ?? world;
      },
      deliver: (event, process, world) => this.channels.deliver(event, process, world),
      meanwhile: (what, { caller }) => {
        if (what === 'asked-back') this.others.askBack();
        else if (caller !== undefined) this.executions.stop(caller);
      },
    });
  }

  #newHints(): Hints {
    const never = this.#build.without.hints ?? [];
    return new Hints({
      ...{ clock: this.#clock, random: this.#random(7), faults: this.plan, lambda: this.#lambda, never },
      standsStill: this.#standsStill('eventbridge'),
      pausedFor: () => this.plan.pollingStandsStill(this.watch.seconds),
      onGivenUp: (named, error) => {
        const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        this.watch.tell(`an event for ${named} is in the dead-letter queue after ${said.slice(0, 160)}`);
      },
    });
  }

  #newStepFunctions(): StepFunctions {
    const [clock, calls, lambda] = [this.#clock, this.#calls, this.#lambda];
    const { definitions } = this.#build;
    return new StepFunctions({
      ...{ clock, definitions, standsStill: this.#standsStill('step-functions') },
      services: () => {
        const { table, balancer } = this.truth;
        return {
          calls,
          lambda,
          table,
          balancer,
          executions: this.executions,
          worldOf: (process) => worldOf(process, this.#region),
        };
      },
      onState: ({ arn, state }, nth) => {
        this.states.add(state);
        const fault = this.plan.take('stopped-in', (one) => one.state === state && one.nth === nth);
        if (fault === undefined) return;
        clock.after(fault.milliseconds, () => {
          this.executions.stop(arn);
        });
      },
      onEnd: (execution) => {
        this.#onEnd(execution);
      },
      isFull: ({ machine, history }) =>
        this.plan.takeOnce('history-full', (one) => one.machine === machine && history.events >= one.events),
    });
  }

  #newRegion(): Region {
    const { watch, plan, executions } = this;
    const { table, balancer, slots, metrics } = this.truth;
    const [clock, calls, autoscaling] = [this.#clock, this.#calls, this.#autoscaling];
    return {
      ...{ clock, calls, table, balancer, slots, metrics, autoscaling, oneService: this.#oneService },
      ...{ ...this.#newSchedulers(), tokens: new Map() },
      wake: (rolloutId) => {
        this.#hints.woken(rolloutId);
      },
      hinted: (hints) => {
        this.channels.hint(hints);
      },
      isRinging: () => plan.ofKind('alarm').some((one) => isWithin(one, watch.seconds)),
      imageOf: (asked) => imageNamed(asked, plan, watch.seconds),
      announced: (announcement) => {
        watch.announcements.push(announcement);
        this.others.hears(announcement);
      },
      executions: () => executions,
      setAutoscaling: (service, settings) => {
        if (!autoscaling.has(service)) return;
        autoscaling.set(service, settings);
        slots.keepWithin(service, settings);
      },
    };
  }

  #newSchedulers() {
    return schedulersOf({
      ...{ clock: this.#clock, firing: this.#random(8), ending: this.#random(9), hints: this.#hints },
      ...{ standsStill: this.#standsStill('scheduler'), isDown: this.#standsStill('step-functions') },
      startRollback: ({ name, input }) => {
        this.watch.tell(`schedule ${name} fires`);
        this.executions.start('rollback', `${name}-${String(this.#calls.count('schedule'))}`, input);
      },
    });
  }

  #newChannels(): Channels {
    return new Channels({
      ...{ clock: this.#clock, random: this.#random(16), faults: this.plan, calls: this.#calls },
      ...{ table: this.truth.table, settings: this.#scenario.spec.notifications },
      invoke: (hint) => this.#lambda.invoke('Deliver', hint),
      delivery: () => this.#hints.delivery('delivery'),
      standsStill: this.#standsStill('sqs'),
    });
  }

  #onTable(changes: readonly TableChange[]): void {
    for (const recorded of this.watch.appended(changes)) {
      checkEvent(recorded, this.truth, this.watch);
      this.#hints.appended(recorded.rolloutId);
    }
    this.#hints.changed(changes);
    this.#sweep.changed(changes);
  }

  #onEnd(execution: Execution): void {
    const { machine, name, status, error = '' } = execution;
    this.watch.tell(`execution ${name} of ${machine} ended ${status} ${error.slice(0, 200)}`);
    if (status === 'SUCCEEDED' || machine === 'retirement') return;
    this.#hints.deliver('status', 'WatchExecution', statusEvent(execution));
  }
}
