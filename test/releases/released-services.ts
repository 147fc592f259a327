import type { Started } from '../model/model-executions.ts';
import { modelExecutionArn } from '../model/model-executions.ts';
import { digestOf, modelArns, modelSpec, ModelWorld } from '../model/model-world.ts';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { isActive } from '../../lib/rollout/phase.ts';
import type { RolloutSpec } from '../../lib/specification/rollout-spec.ts';
import { openedEvent, succeeded, toFinishing } from '../contract/opened-event.ts';

/** What becomes of a rollout: how far it comes by itself. */
export type Fate = 'good' | 'rejected' | 'notOpened' | 'rolledBack' | 'keepsRunning';

/** What each service serves, as users see it. */
export interface Truth {
  serves: 'a' | 'b';
  readonly slots: { a: string; b: string };
  /** Percent of its users on its new version (slot b's image when the release began elsewhere). */
  greenWeight: number;
}

interface Due {
  readonly at: number;
  readonly act: () => Promise<void>;
}

export const oldDigest = digestOf('a');
export const newDigest = digestOf('b');
const rule = (service: string) => modelArns.rule.replace('/main/', `/${service}/`);
const group = (service: string, slot: 'a' | 'b') => modelArns.groupA.replace('web-a', `${service}-${slot}`);

/** The spec of a service of the model. */
function specOf(service: string): RolloutSpec {
  return modelSpec({
    service,
    image: { repository: `shop/${service}` },
    slots: {
      a: { service: `${service}-a`, targetGroup: group(service, 'a') },
      b: { service: `${service}-b`, targetGroup: group(service, 'b') },
    },
    traffic: [{ rule: rule(service) }],
    steps: [{ weight: 100, bake: '5s' }],
  });
}

/**
 * Several services whose rollouts run in virtual time on the real record: each execution that is started opens a rollout and lives
 * through it as its fate says. Time passes in `pass` alone.
 */
export class ReleasedServices {
  readonly world = new ModelWorld();
  readonly truth = new Map<string, Truth>();
  /** The fate of the next rollouts of a service, in order; good where none is left. */
  readonly fates = new Map<string, Fate[]>();
  /** Seconds that one thing takes. */
  takes: () => number = () => 7;
  /** Called after everything that users could notice. */
  onChange: () => void = () => undefined;
  #due: Due[] = [];
  readonly #begun = new Set<string>();
  readonly #goingBack = new Set<string>();

  constructor(services: readonly string[]) {
    this.world.addImage('412-9f8d111', newDigest);
    for (const service of services) {
      this.truth.set(service, { serves: 'a', slots: { a: oldDigest, b: oldDigest }, greenWeight: 0 });
    }
    this.world.router.read = (targets) =>
      Promise.resolve(
        targets.map((target) => {
          const arn = 'rule' in target ? target.rule : target.listener;
          const service = services.find((one) => rule(one) === arn) ?? '';
          const { serves, greenWeight } = this.of(service);
          const other = serves === 'a' ? 'b' : 'a';
          const weights = { [group(service, serves)]: 100 - greenWeight, [group(service, other)]: greenWeight };
          return { kind: 'rule', arn, listenerArn: modelArns.listener, actions: [], weights };
        }),
      );
    this.world.runtime.runningDigests = ({ service: workload }) => {
      const slot = workload.endsWith('-a') ? 'a' : 'b';
      return Promise.resolve([this.of(workload.slice(0, -2)).slots[slot]]);
    };
  }

  async applySpecs(): Promise<void> {
    for (const service of this.truth.keys()) await this.world.store.putSpec(specOf(service), 'a test', this.#at());
  }

  of(service: string): Truth {
    const found = this.truth.get(service);
    if (found === undefined) throw new Error(`there is no service ${service}`);
    return found;
  }

  /** Whether any user of a service reaches the new version. */
  reachesNew(service: string): boolean {
    const { serves, slots, greenWeight } = this.of(service);
    const other = serves === 'a' ? 'b' : 'a';
    return slots[serves] === newDigest ? greenWeight < 100 : slots[other] === newDigest && greenWeight > 0;
  }

  /** Whether every user of a service reaches the new version. */
  isAllNew(service: string): boolean {
    const { serves, slots, greenWeight } = this.of(service);
    return slots[serves] === newDigest && greenWeight === 0;
  }

  /** Lets time pass, and with it everything that is due. */
  async pass(seconds: number): Promise<void> {
    const until = this.world.time + seconds * 1000;
    for (;;) {
      this.#beginStarted();
      const [next] = this.#due.toSorted((one, other) => one.at - other.at);
      if (next === undefined || next.at > until) break;
      this.#due = this.#due.filter((one) => one !== next);
      this.world.time = Math.max(this.world.time, next.at);
      await next.act();
      this.onChange();
    }
    this.world.time = until;
  }

  /** A person goes back to the kept version by hand. */
  goBackByHand(service: string, name: string): Promise<unknown> {
    return this.world.executions.start(name, {
      service,
      requestedBy: 'ana',
      rollback: { to: 'kept', reason: 'by hand' },
    });
  }

  /** A person aborts the rollout that runs. */
  async abortByHand(service: string): Promise<void> {
    const { lockedBy } = await this.world.store.service(service);
    if (lockedBy !== undefined) await this.world.rollbacks.start(`${lockedBy}-rb-1`, { rolloutId: lockedBy });
  }

  #at(): string {
    return new Date(this.world.time).toISOString();
  }

  #later(act: () => Promise<void>): void {
    this.#due.push({ at: this.world.time + this.takes() * 1000, act });
  }

  #beginStarted(): void {
    for (const one of this.world.started) {
      if (this.#begun.has(one.name)) continue;
      this.#begun.add(one.name);
      this.#later(() => this.#open(one));
    }
    for (const { name, input } of this.world.startedRollbacks) {
      if (this.#begun.has(name)) continue;
      this.#begun.add(name);
      const rolloutId = textOf(input, 'rolloutId');
      this.#later(() => this.#goBack(rolloutId, name));
    }
  }

  async #open({ name, input }: Started): Promise<void> {
    const service = textOf(input, 'service');
    const release = textOf(input, 'release');
    const isReturn = typeof input === 'object' && input !== null && 'rollback' in input;
    const executionArn = modelExecutionArn('rollout', name);
    const fate = this.fates.get(service)?.shift() ?? 'good';
    const end = () => {
      this.world.running.delete(executionArn);
    };
    const { serves, slots } = this.of(service);
    const other = serves === 'a' ? 'b' : 'a';
    const { retention, hold } = await this.world.store.service(service);
    const isRefused = isReturn ? retention?.slot !== other : hold?.releaseId !== (release === '' ? undefined : release);
    if (fate === 'notOpened' || isRefused) {
      end();
      return;
    }
    const rolloutId = `${service}-${name.slice(-20)}`;
    const opened = await this.world.store
      .open(
        rolloutId,
        openedEvent({
          ...{ service, executionArn, spec: specOf(service), blue: serves, green: other },
          ...(release !== '' && { release }),
          ...(isReturn && { rollback: { to: 'kept', reason: 'back', of: retention?.rolloutId ?? '' } }),
          blueDigest: slots[serves],
          image: { repositoryUri: `registry/shop/${service}`, digest: isReturn ? slots[other] : newDigest, tag: 'v' },
        }),
        this.#at(),
      )
      .catch(() => undefined);
    if (opened?.outcome !== 'opened') {
      end();
      return;
    }
    if (fate === 'rejected') {
      this.#then(rolloutId, [{ type: 'RolloutRejected', reason: 'a check failed', results: [] }], end);
      return;
    }
    const [checks, ...rest] = toFinishing;
    const [passed, finishing] = [rest.slice(0, -2), rest.slice(-2)];
    if (checks === undefined) throw new Error('There are no events.');
    this.#then(rolloutId, [checks, ...passed], () => {
      if (!isReturn) slots[other] = newDigest;
      this.#then(rolloutId, finishing.slice(0, 1), () => {
        this.of(service).greenWeight = 100;
        if (fate === 'keepsRunning') return;
        if (fate === 'rolledBack') {
          this.#later(() => this.#goBack(rolloutId, name));
          return;
        }
        this.#then(rolloutId, [...finishing.slice(1), succeeded], () => {
          Object.assign(this.of(service), { serves: other, greenWeight: 0 });
          end();
        });
      });
    });
  }

  /** Records what happened after a while, unless the rollout went another way meanwhile. */
  #then(rolloutId: string, events: readonly RolloutEvent[], done: () => void): void {
    this.#later(async () => {
      const stored = await this.world.store.load(rolloutId);
      if (stored === undefined || !isActive(stored.state) || this.#goingBack.has(rolloutId)) return;
      await this.world.store.append(stored, events, this.#at());
      done();
    });
  }

  async #goBack(rolloutId: string, name: string): Promise<void> {
    const stored = await this.world.store.load(rolloutId);
    if (stored === undefined || !isActive(stored.state) || this.#goingBack.has(rolloutId)) return;
    this.#goingBack.add(rolloutId);
    const record = async (event: RolloutEvent) => {
      const now = await this.world.store.load(rolloutId);
      if (now !== undefined) await this.world.store.append(now, [event], this.#at());
    };
    await record({ type: 'RollbackRequested', reason: 'a gate failed', by: 'a gate' });
    this.#later(async () => {
      this.of(stored.state.service).greenWeight = 0;
      await record({ type: 'TrafficRestored', rules: 1 });
      this.#later(async () => {
        await record({ type: 'RolledBack', reason: 'a gate failed' });
        for (const machine of ['rollout', 'rollback']) this.world.running.delete(modelExecutionArn(machine, name));
        this.world.running.delete(stored.state.executionArn);
      });
    });
  }
}

function textOf(input: unknown, key: string): string {
  const value: unknown = typeof input === 'object' && input !== null ? Reflect.get(input, key) : undefined;
  return typeof value === 'string' ? value : '';
}
