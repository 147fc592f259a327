import { countInState } from '../elb/target-group.ts';
import type { ElbModel } from '../elb/model.ts';
import type { ScalableTarget, ScalingPolicy, TargetTracking } from './model.ts';
import type { RequestMeter } from './request-meter.ts';
import { putWithinLimits, type ScalingWorld, serviceOf, setCount } from './world.ts';

/** As AWS: out after three periods over the target, in after fifteen clearly under it. */
const periodsOut = 3;
const periodsIn = 15;
/** AWS scales in only where the metric is this far under the target, so that it does not go up and down. */
const clearlyUnder = 0.9;
const secondsInMinute = 60;

/**
 * Target tracking and scheduled actions. One period of the fleet stands for the minute that AWS looks at, also in cooldowns;
 * requests are counted for a whole minute, as in `ALBRequestCountPerTarget`.
 */
export class Autoscaler {
  readonly #world: ScalingWorld;
  readonly #elb: ElbModel;
  readonly #meter: RequestMeter;
  readonly #periodMs: number;
  readonly #timer: NodeJS.Timeout;

  constructor(world: ScalingWorld, elb: ElbModel, meter: RequestMeter, periodMs: number) {
    this.#world = world;
    this.#elb = elb;
    this.#meter = meter;
    this.#periodMs = periodMs;
    this.#timer = setInterval(() => {
      this.#look();
    }, periodMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const counts = this.#meter.take();
    this.#runScheduled();
    for (const policy of this.#world.model.policies.values()) {
      const target = this.#world.model.targets.get(policy.resourceId);
      if (target !== undefined && policy.tracking !== undefined) this.#track(policy, policy.tracking, target, counts);
    }
  }

  #track(
    policy: ScalingPolicy,
    tracking: TargetTracking,
    target: ScalableTarget,
    counts: ReadonlyMap<string, number>,
  ): void {
    policy.waitIn = Math.max(0, policy.waitIn - 1);
    policy.waitOut = Math.max(0, policy.waitOut - 1);
    const sample = this.#sample(tracking, counts);
    // Missing data never scales in.
    if (sample === undefined) {
      policy.samples.length = 0;
      return;
    }
    policy.samples.push(sample);
    policy.samples.splice(0, policy.samples.length - periodsIn);
    this.#act(policy, tracking, target, sample);
  }

  #act(policy: ScalingPolicy, tracking: TargetTracking, target: ScalableTarget, sample: number): void {
    const { targetValue } = tracking;
    const current = serviceOf(this.#world, target.resourceId).desiredCount;
    // A service at zero has nothing to measure: it is somebody's decision.
    if (current === 0) return;
    const newest = policy.samples.slice(-periodsOut);
    const over = newest.length === periodsOut && newest.every((one) => one > targetValue);
    const under =
      policy.samples.length === periodsIn && policy.samples.every((one) => one < clearlyUnder * targetValue);
    const wanted = Math.min(target.max, Math.max(target.min, Math.ceil((current * sample) / targetValue)));
    if (over && wanted > current && !target.suspended.DynamicScalingOutSuspended && policy.waitOut === 0) {
      policy.waitOut = Math.ceil(tracking.scaleOutCooldownSeconds / secondsInMinute);
      this.#scale(policy, wanted);
    } else if (
      under &&
      wanted < current &&
      !target.suspended.DynamicScalingInSuspended &&
      !tracking.disableScaleIn &&
      policy.waitIn === 0
    ) {
      policy.waitIn = Math.ceil(tracking.scaleInCooldownSeconds / secondsInMinute);
      this.#scale(policy, wanted);
    }
  }

  #scale(policy: ScalingPolicy, count: number): void {
    policy.samples.length = 0;
    setCount(this.#world, policy.resourceId, count, `monitor alarm in state ALARM triggered policy ${policy.name}`);
  }

  /** Requests a minute and target in the last period; `undefined` where the balancer carried nothing at all. */
  #sample({ loadBalancer, targetGroup }: TargetTracking, counts: ReadonlyMap<string, number>): number | undefined {
    if (!counts.has(loadBalancer)) return undefined;
    const group = [...this.#elb.targetGroups.values()].find(({ dimension }) => dimension === targetGroup);
    const targets = group === undefined ? 0 : countInState(group, 'healthy');
    if (targets === 0) return undefined;
    const periodsAMinute = (secondsInMinute * 1000) / this.#periodMs;
    return ((counts.get(targetGroup) ?? 0) * periodsAMinute) / targets;
  }

  #runScheduled(): void {
    for (const action of this.#world.model.scheduled.values()) {
      const target = this.#world.model.targets.get(action.resourceId);
      if (action.due === undefined || action.due > Date.now()) continue;
      action.due = undefined;
      if (target === undefined || target.suspended.ScheduledScalingSuspended) continue;
      target.min = action.min ?? target.min;
      target.max = action.max ?? target.max;
      putWithinLimits(this.#world, target, `scheduled action ${action.name} was triggered`);
    }
  }
}
