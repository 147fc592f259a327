import type { ElbModel, LoadBalancer } from '../elb/model.ts';
import { weightsOf } from '../elb/rule-action.ts';
import { targetKey, type Target, type TargetGroup } from '../elb/target-group.ts';
import { probe, type ProbeResult } from './health-probe.ts';

/** How often a target that never answered yet is asked, at most; its failures still count at the group's own pace. */
const initialPaceMs = 100;

/** Told whenever a target changed its state or left its group. */
export type TargetListener = (group: TargetGroup, target: Target) => void;

/** Load balancers with a rule that forwards to a group, whatever the weight: AWS calls such a group "in use". */
export function loadBalancersOf(model: ElbModel, groupArn: string): readonly LoadBalancer[] {
  const users = new Set<LoadBalancer>();
  for (const rule of model.rules.values()) {
    if (weightsOf(rule.actions).some((group) => group.arn === groupArn)) users.add(rule.listener.loadBalancer);
  }
  return [...users];
}

/** Registers targets, checks their health, and drains them: the life of a target in its group. */
export class TargetRegistry {
  readonly #model: ElbModel;
  readonly #mustFail: (group: TargetGroup) => boolean;
  readonly #listeners = new Set<TargetListener>();
  readonly #timers = new Map<Target, NodeJS.Timeout>();
  readonly #drained = new Map<Target, { readonly promise: Promise<void>; readonly resolve: () => void }>();
  #stopped = false;

  /** `mustFail` says of a group that its health checks are told to fail. */
  constructor(model: ElbModel, mustFail: (group: TargetGroup) => boolean) {
    this.#model = model;
    this.#mustFail = mustFail;
  }

  onChange(listener: TargetListener): void {
    this.#listeners.add(listener);
  }

  /** Adds a target, or takes back one that is draining. */
  register(group: TargetGroup, id: string, port: number): void {
    const key = targetKey(id, port);
    const existing = group.targets.get(key);
    if (existing !== undefined && existing.state !== 'draining') return;
    if (existing !== undefined) this.#forget(existing);
    const target: Target = {
      id,
      port,
      state: 'initial',
      reason: 'Elb.InitialHealthChecking',
      description: 'Initial health checks in progress',
      inFlight: 0,
      connections: new Set(),
    };
    group.targets.set(key, target);
    this.#watch(group, target, 0, { passes: 0, failures: 0, lastCountedAt: 0 });
  }

  /**
   * Takes a target out: from now on it gets no new request, what it works on goes on, and after the deregistration delay it is gone.
   * Resolves then; at once where it is not registered.
   */
  deregister(group: TargetGroup, id: string, port: number): Promise<void> {
    const target = group.targets.get(targetKey(id, port));
    if (target === undefined) return Promise.resolve();
    const draining = this.#drained.get(target);
    if (draining !== undefined) return draining.promise;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#drained.set(target, {
      promise,
      resolve: () => {
        resolve(undefined);
      },
    });
    this.#move(group, target, 'draining', 'Target.DeregistrationInProgress', 'Target deregistration is in progress');
    const delayMs = Number(group.attributes.get('deregistration_delay.timeout_seconds') ?? 300) * 1000;
    this.#setTimer(target, delayMs, () => {
      if (group.targets.get(targetKey(id, port)) === target) group.targets.delete(targetKey(id, port));
      // What is still open after the delay is cut.
      for (const connection of target.connections) connection.destroy();
      this.#forget(target);
      this.#tell(group, target);
    });
    return promise;
  }

  /** Ends all checks and delays. */
  stop(): void {
    this.#stopped = true;
    for (const target of [...this.#timers.keys(), ...this.#drained.keys()]) this.#forget(target);
  }

  #watch(group: TargetGroup, target: Target, delayMs: number, tally: Tally): void {
    this.#setTimer(target, delayMs, () => {
      void this.#check(group, target, tally);
    });
  }

  async #check(group: TargetGroup, target: Target, tally: Tally): Promise<void> {
    const intervalMs = group.healthCheck.intervalSeconds * 1000;
    if (loadBalancersOf(this.#model, group.arn).length > 0) {
      const result = this.#mustFail(group) ? toldToFail : await probe(target, group.healthCheck);
      if (this.#stopped || target.state === 'draining' || !this.#timers.has(target)) return;
      this.#judge(group, target, result, tally, intervalMs);
    }
    this.#watch(group, target, target.state === 'initial' ? Math.min(intervalMs, initialPaceMs) : intervalMs, tally);
  }

  #judge(group: TargetGroup, target: Target, result: ProbeResult, tally: Tally, intervalMs: number): void {
    if (result.passed) {
      tally.failures = 0;
      tally.passes += 1;
      // A new target needs one pass, one that failed needs the threshold.
      if (
        target.state === 'initial' ||
        (target.state === 'unhealthy' && tally.passes >= group.healthCheck.healthyThreshold)
      ) {
        this.#move(group, target, 'healthy', undefined, undefined);
      }
      return;
    }
    tally.passes = 0;
    if (Date.now() - tally.lastCountedAt >= intervalMs * 0.9) {
      tally.failures += 1;
      tally.lastCountedAt = Date.now();
    }
    if (target.state !== 'unhealthy' && tally.failures >= group.healthCheck.unhealthyThreshold) {
      this.#move(group, target, 'unhealthy', result.reason, result.description);
    }
  }

  #move(
    group: TargetGroup,
    target: Target,
    state: Target['state'],
    reason: string | undefined,
    description: string | undefined,
  ): void {
    target.state = state;
    target.reason = reason;
    target.description = description;
    this.#tell(group, target);
  }

  #tell(group: TargetGroup, target: Target): void {
    for (const listener of this.#listeners) listener(group, target);
  }

  #setTimer(target: Target, delayMs: number, run: () => void): void {
    clearTimeout(this.#timers.get(target));
    if (!this.#stopped) this.#timers.set(target, setTimeout(run, delayMs));
  }

  #forget(target: Target): void {
    clearTimeout(this.#timers.get(target));
    this.#timers.delete(target);
    this.#drained.get(target)?.resolve();
    this.#drained.delete(target);
  }
}

interface Tally {
  passes: number;
  failures: number;
  lastCountedAt: number;
}

const toldToFail: ProbeResult = {
  passed: false,
  reason: 'Target.ResponseCodeMismatch',
  description: 'Health checks failed with these codes: [503]',
};
