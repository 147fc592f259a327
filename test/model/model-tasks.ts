import type { OneOffTask, OneOffTasks, TaskOrder } from '../../lib/drivers/one-off-tasks.ts';

/** How a command behaves: after so long its container ends with a code; without a code it never ends. */
export interface Behaviour {
  readonly seconds: number;
  readonly exitCode?: number;
  /** Another container of the task runs on until it is stopped. */
  readonly sidecar?: boolean;
  /** ECS cannot start it, for this reason. */
  readonly unstartable?: string;
}

interface Started {
  readonly order: TaskOrder;
  readonly at: number;
  readonly behaviour: Behaviour;
  stopped?: { readonly at: number; readonly reason: string };
}

/** One-off tasks in virtual time. Tokens and marks work as ECS's do. */
export class ModelTasks implements OneOffTasks {
  /** By the command's words. */
  readonly behaviours = new Map<string, Behaviour>();
  readonly started = new Map<string, Started>();
  readonly #arns = new Map<string, string>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  run(order: TaskOrder): Promise<string> {
    const known = this.#arns.get(order.token);
    if (known !== undefined) return Promise.resolve(known);
    const arn = `arn:aws:ecs:eu-west-1:111122223333:task/main/${String(this.started.size + 1)}`;
    const behaviour = this.behaviours.get(order.command.join(' ')) ?? { seconds: 2, exitCode: 0 };
    this.started.set(arn, { order, at: this.#now().getTime(), behaviour });
    this.#arns.set(order.token, arn);
    return Promise.resolve(arn);
  }

  look(_cluster: string, arn: string): Promise<OneOffTask | undefined> {
    const found = this.started.get(arn);
    return Promise.resolve(found && this.#describe(found));
  }

  stop(_cluster: string, arn: string, reason: string): Promise<void> {
    const found = this.started.get(arn);
    if (found !== undefined && this.#describe(found).lastStatus !== 'STOPPED')
      found.stopped = { at: this.#now().getTime(), reason };
    return Promise.resolve();
  }

  running(_cluster: string, startedBy: string): Promise<readonly string[]> {
    const all = [...this.started].filter(([, one]) => one.order.startedBy === startedBy);
    return Promise.resolve(all.filter(([, one]) => this.#describe(one).lastStatus !== 'STOPPED').map(([arn]) => arn));
  }

  #describe({ order, at, behaviour, stopped }: Started): OneOffTask {
    const startedAt = new Date(at).toISOString();
    const { seconds, exitCode, sidecar = false, unstartable } = behaviour;
    if (unstartable !== undefined) {
      const containers = [{ name: order.container, lastStatus: 'STOPPED' }];
      const code = { stopCode: 'TaskFailedToStart', stoppedReason: unstartable, stoppedAt: startedAt };
      return { lastStatus: 'STOPPED', ...code, containers };
    }
    const endsAt = exitCode === undefined ? Infinity : at + seconds * 1000;
    const hasEnded = endsAt <= (stopped?.at ?? this.#now().getTime());
    const code = hasEnded ? exitCode : 143;
    const own = { name: order.container, lastStatus: 'STOPPED', ...(code !== undefined && { exitCode: code }) };
    if (stopped !== undefined) {
      const { at: stoppedAt, reason: stoppedReason } = stopped;
      const end = { stoppedAt: new Date(stoppedAt).toISOString(), stopCode: 'UserInitiated', stoppedReason };
      return { lastStatus: 'STOPPED', startedAt, ...end, containers: [own] };
    }
    const other = sidecar ? [{ name: 'proxy', lastStatus: 'RUNNING' }] : [];
    if (!hasEnded)
      return {
        lastStatus: 'RUNNING',
        startedAt,
        containers: [{ ...own, lastStatus: 'RUNNING', exitCode: undefined }, ...other],
      };
    if (sidecar) return { lastStatus: 'RUNNING', startedAt, containers: [own, ...other] };
    const end = { stoppedAt: new Date(endsAt).toISOString(), stopCode: 'EssentialContainerExited' };
    return {
      lastStatus: 'STOPPED',
      startedAt,
      ...end,
      stoppedReason: 'Essential container in task exited',
      containers: [own],
    };
  }
}
