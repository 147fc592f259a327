import type { RunningSlot } from '../../../lib/rollout/running-slot.ts';
import type { Random } from '../../../lib/calibration/random.ts';

/** How a version behaves once it runs. */
export interface Behaviour {
  readonly digest: string;
  readonly errorShare: number;
  readonly latencySeconds: number;
  /** Its tasks end right after they started. */
  readonly crashes: boolean;
}

interface Task {
  readonly deploymentId: string;
  readonly digest: string;
  readonly healthyFrom: number;
}

interface Slot {
  readonly service: string;
  readonly targetGroups: readonly string[];
  taskDefinition: string;
  deploymentId: string;
  desired: number;
  deployedAt: number;
  tasks: readonly Task[];
  /** The tasks that it had before, oldest first, and until when. */
  readonly former: { readonly until: number; readonly tasks: readonly Task[] }[];
  readonly counts: { readonly at: number; readonly desired: number }[];
  /** Spans in which the health checks fail, whatever the tasks say: from, to, how many targets. */
  readonly sick: { readonly from: number; to: number; readonly targets: number; readonly isDead?: boolean }[];
}

/** One deployment or change of a count. */
export interface SlotChange {
  readonly service: string;
  readonly before: number;
  readonly after: number;
  readonly deploys: boolean;
}

const oftenFailedAfter = 60_000;

interface Parts {
  readonly now: () => number;
  readonly random: Random;
  readonly onChange: (change: SlotChange) => void;
  /** The moment from which ECS can start a task of a version. */
  readonly startsFrom: (digest: string) => number;
}

/** Two ECS services with the target groups that they register their tasks with. */
export class Slots {
  readonly #now: () => number;
  readonly #random: Random;
  readonly #onChange: (change: SlotChange) => void;
  readonly #startsFrom: (digest: string) => number;
  readonly #slots = new Map<string, Slot>();
  /** Names of services, each for the slot that it is at the moment. */
  readonly #aliases = new Map<string, () => string>();
  readonly behaviours = new Map<string, Behaviour>();
  /** How a version behaved before it turned bad, and when it did. */
  readonly #before = new Map<string, { readonly at: number; readonly behaviour: Behaviour }>();
  #serial = 0;

  constructor({ now, random, onChange, startsFrom }: Parts) {
    this.#now = now;
    this.#onChange = onChange;
    this.#random = random;
    this.#startsFrom = startsFrom;
  }

  add(service: string, targetGroups: readonly string[], digest: string, count: number): void {
    const slot: Slot = {
      service,
      targetGroups,
      taskDefinition: `web:${digest}`,
      deploymentId: `ecs-svc/${service}`,
      desired: count,
      deployedAt: 0,
      tasks: Array.from({ length: count }, () => ({ deploymentId: `ecs-svc/${service}`, digest, healthyFrom: 0 })),
      former: [],
      counts: [{ at: 0, desired: count }],
      sick: [],
    };
    this.#slots.set(service, slot);
  }

  /** From now on a name means the slot that is told when it is asked for. */
  alias(service: string, slot: () => string): void {
    this.#aliases.set(service, slot);
  }

  behind(targetGroup: string): Slot {
    const slot = [...this.#slots.values()].find((one) => one.targetGroups.includes(targetGroup));
    if (slot === undefined) throw new Error(`the model has no target group ${targetGroup}`);
    return slot;
  }

  slot(service: string): Slot {
    const slot = this.#slots.get(this.#aliases.get(service)?.() ?? service);
    if (slot === undefined) throw new Error(`the model has no service ${service}`);
    return slot;
  }

  behaviourOf(digest: string): Behaviour {
    return this.behaviours.get(digest) ?? { digest, errorShare: 0, latencySeconds: 0.05, crashes: false };
  }

  /** How it behaved at some moment, in milliseconds. */
  behaviourAt(digest: string, at: number): Behaviour {
    const before = this.#before.get(digest);
    return before !== undefined && at < before.at ? before.behaviour : this.behaviourOf(digest);
  }

  /** From now on so many of its answers are errors. */
  turn(digest: string, errorShare: number): void {
    const behaviour = this.behaviourOf(digest);
    this.#before.set(digest, { at: this.#now(), behaviour });
    this.behaviours.set(digest, { ...behaviour, errorShare });
  }

  healthy(targetGroup: string, at = this.#now()): { healthy: number; unhealthy: number; total: number } {
    const { former, sick, ...slot } = this.behind(targetGroup);
    const tasks = former.find(({ until }) => at < until)?.tasks ?? slot.tasks;
    const up = tasks.filter((task) => task.healthyFrom <= at && !this.behaviourOf(task.digest).crashes).length;
    const down = sick.filter(({ from, to }) => from <= at && at < to).reduce((sum, { targets }) => sum + targets, 0);
    const healthy = Math.max(0, up - down);
    return { healthy, unhealthy: tasks.length - healthy, total: tasks.length };
  }

  /** What a look that is some milliseconds behind sees of it. */
  healthyAgo(targetGroup: string, milliseconds: number) {
    return this.healthy(targetGroup, this.#now() - milliseconds);
  }

  describe(service: string, millisecondsAgo = 0): RunningSlot {
    const slot = this.slot(service);
    const { taskDefinition, tasks, targetGroups, deploymentId } = slot;
    const then = slot.counts.findLast(({ at }) => at <= this.#now() - millisecondsAgo);
    const desired = then?.desired ?? slot.desired;
    return {
      service,
      active: true,
      taskDefinition,
      desired,
      running: this.#isDead(slot, this.#now() - millisecondsAgo) ? 0 : tasks.length,
      targetGroups,
      deploymentId,
    };
  }

  deploy(service: string, taskDefinition: string, count: number): string {
    const slot = this.slot(service);
    const before = slot.desired;
    this.#serial += 1;
    Object.assign(slot, { taskDefinition, deploymentId: `ecs-svc/${String(this.#serial)}`, deployedAt: this.#now() });
    this.#replace(slot, []);
    // Those that ended belonged to the deployment before.
    for (const one of slot.sick) if (one.isDead === true) one.to = Math.min(one.to, this.#now());
    this.#resize(slot, count);
    this.#onChange({ service, before, after: count, deploys: true });
    return slot.deploymentId;
  }

  scale(service: string, count: number): void {
    const slot = this.slot(service);
    const before = slot.desired;
    this.#resize(slot, count);
    if (before !== count) this.#onChange({ service, before, after: count, deploys: false });
  }

  /** Autoscaling brings the count into its limits. */
  keepWithin(service: string, { min, max }: { readonly min: number; readonly max: number }): void {
    const { desired } = this.slot(service);
    const within = Math.min(max, Math.max(min, desired));
    if (within !== desired) this.scale(service, within);
  }

  #resize(slot: Slot, count: number): void {
    slot.desired = count;
    slot.counts.push({ at: this.#now(), desired: count });
    const tasks = slot.tasks.slice(0, count);
    while (tasks.length < count) {
      const digest = slot.taskDefinition.slice(4);
      const healthyFrom = this.#startsFrom(digest) + this.#random.integer(15_000, 70_000);
      tasks.push({ deploymentId: slot.deploymentId, digest, healthyFrom });
    }
    this.#replace(slot, tasks);
  }

  /** What ran until now is kept: a look may be behind, and a promise is held against what was. */
  #replace(slot: Slot, tasks: readonly Task[]): void {
    slot.former.push({ until: this.#now(), tasks: slot.tasks });
    slot.tasks = tasks;
  }

  /** Every task of a service ends; others take their place after so many milliseconds, when ECS can start them. */
  die(service: string, milliseconds: number): void {
    const slot = this.slot(service);
    const back = Math.max(this.#now() + milliseconds, this.#startsFrom(slot.taskDefinition.slice(4)));
    slot.sick.push({ from: this.#now(), to: back, targets: Infinity, isDead: true });
  }

  #isDead({ sick }: Slot, at: number): boolean {
    return sick.some(({ from, to, isDead }) => isDead === true && from <= at && at < to);
  }

  progress(service: string, deploymentId: string) {
    const slot = this.slot(service);
    const { healthy } = this.healthy(slot.targetGroups[0] ?? '');
    const counts = { running: healthy, desired: slot.desired };
    if (slot.deploymentId !== deploymentId) return { state: 'gone', ...counts, reason: 'replaced' } as const;
    const crashes = slot.tasks.some((task) => this.behaviourOf(task.digest).crashes);
    if (crashes && this.#now() - slot.deployedAt > oftenFailedAfter) {
      return { state: 'failed', ...counts, reason: 'tasks failed to start' } as const;
    }
    return { state: healthy >= slot.desired ? 'completed' : 'inProgress', ...counts, reason: '' } as const;
  }

  digests(service: string): readonly string[] {
    const slot = this.slot(service);
    return this.#isDead(slot, this.#now()) ? [] : [...new Set(slot.tasks.map(({ digest }) => digest))];
  }
}
