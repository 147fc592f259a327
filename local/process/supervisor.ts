import {
  ProcessFailed,
  type ProcessOptions,
  type RunningProcess,
  signalGroup,
  startProcess,
} from './supervised-process.ts';
import { startWatchdog, type Watchdog } from './watchdog.ts';

/** Starts processes and answers for their end: nothing that it started outlives it, even where it is killed itself. */
export interface Supervisor {
  /**
   * Starts a process and waits until it is ready.
   * @throws {ProcessFailed}
   */
  start(options: ProcessOptions): Promise<RunningProcess>;
  /**
   * Runs a command to its end.
   * @throws {ProcessFailed} where it does not end with code 0
   */
  run(options: Omit<ProcessOptions, 'ready' | 'readySeconds'>): Promise<void>;
  /** Stops what runs, the last started first. Starting anything afterwards is refused. */
  stopAll(): Promise<void>;
}

/** Makes a supervisor; the first process it starts brings a watchdog with it. */
export function createSupervisor(): Supervisor {
  const running = new Set<RunningProcess>();
  let watchdog: Watchdog | undefined;
  let closing: Promise<void> | undefined;

  // The last resort of an orderly exit: no time is left to ask politely.
  const killAll = () => {
    for (const { pid } of running) signalGroup(pid, 'SIGKILL');
  };
  const adopt = (started: RunningProcess) => {
    watchdog ??= startWatchdog();
    watchdog.watch(started.pid);
    running.add(started);
    void started.ended.then(() => {
      signalGroup(started.pid, 'SIGKILL');
      running.delete(started);
      watchdog?.forget(started.pid);
    });
  };
  const start = async (options: ProcessOptions) => {
    if (closing !== undefined)
      throw new ProcessFailed(`${options.name} is not started: everything is being stopped`, '');
    return startProcess(options, adopt);
  };
  const close = async () => {
    for (const started of [...running].reverse()) await started.stop();
    process.off('exit', killAll);
    await watchdog?.close();
  };

  process.on('exit', killAll);
  return {
    start,
    run: async (options) => {
      const started = await start(options);
      const { code, signal } = await started.ended;
      if (code !== 0)
        throw new ProcessFailed(`${options.name} ended with ${signal ?? `code ${String(code)}`}`, started.tail());
    },
    stopAll: () => (closing ??= close()),
  };
}
