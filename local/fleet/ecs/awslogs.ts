import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as z from 'zod';
import { rootCredentials } from '../root-credentials.ts';
import type { ContainerDefinition } from './model.ts';

/** Takes what a container writes, line by line; returns at once. */
export type TakeLine = (line: string) => void;

/** Sends the lines of containers that log by `awslogs`. */
export interface LogDriver {
  /** Where the lines of a task's container go; `undefined` where its driver is another one. */
  openFor(container: ContainerDefinition, taskId: string): TakeLine | undefined;
  stop(): void;
}

/** A fleet without CloudWatch Logs keeps only the last lines of each task. */
export const noLogDriver: LogDriver = { openFor: () => undefined, stop: () => undefined };

const awslogs = z.looseObject({
  logConfiguration: z.looseObject({
    logDriver: z.literal('awslogs'),
    options: z.looseObject({ 'awslogs-group': z.string(), 'awslogs-stream-prefix': z.string() }),
  }),
});

const flushMs = 500;
/** PutLogEvents takes 10,000 events a call; a task that writes faster loses the oldest. */
const mostLines = 10_000;

/** The `awslogs` driver: a stream a task, `<prefix>/<container>/<task>`, in a group that has to be there. */
export function awslogsDriver(setting: { readonly endpoint: string; readonly region: string }): LogDriver {
  const client = new CloudWatchLogsClient({ ...setting, credentials: rootCredentials, maxAttempts: 2 });
  const streams: LogStream[] = [];
  const timer = setInterval(() => {
    for (const stream of streams) void stream.flush();
  }, flushMs);
  timer.unref();
  return {
    openFor(container, taskId) {
      const parsed = awslogs.safeParse(container);
      if (!parsed.success) return undefined;
      const { options } = parsed.data.logConfiguration;
      const name = `${options['awslogs-stream-prefix']}/${container.name}/${taskId}`;
      const stream = new LogStream(client, options['awslogs-group'], name);
      streams.push(stream);
      return (line) => {
        stream.add(line);
      };
    },
    stop() {
      clearInterval(timer);
      client.destroy();
    },
  };
}

/** Lines that wait, and the stream that takes them. What cannot be delivered is lost, as the driver's non-blocking mode loses it. */
class LogStream {
  readonly #client: CloudWatchLogsClient;
  readonly #where: { readonly logGroupName: string; readonly logStreamName: string };
  #waiting: { readonly timestamp: number; readonly message: string }[] = [];
  #isOpen = false;
  #isBusy = false;

  constructor(client: CloudWatchLogsClient, logGroupName: string, logStreamName: string) {
    this.#client = client;
    this.#where = { logGroupName, logStreamName };
  }

  add(message: string): void {
    this.#waiting = [...this.#waiting.slice(1 - mostLines), { timestamp: Date.now(), message }];
  }

  async flush(): Promise<void> {
    if (this.#isBusy || this.#waiting.length === 0) return;
    this.#isBusy = true;
    const logEvents = this.#waiting;
    this.#waiting = [];
    try {
      if (!this.#isOpen) await this.#client.send(new CreateLogStreamCommand(this.#where));
      this.#isOpen = true;
      await this.#client.send(new PutLogEventsCommand({ ...this.#where, logEvents }));
    } catch (error) {
      console.error(`the fleet cannot write to ${this.#where.logGroupName}: ${String(error)}`);
    } finally {
      this.#isBusy = false;
    }
  }
}
