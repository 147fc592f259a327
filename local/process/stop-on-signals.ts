import type { Supervisor } from './supervisor.ts';

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof exitCodes;

/** Two interrupts within it are one: a terminal's Ctrl-C reaches a program directly and through npm. */
const sameInterruptMs = 700;

export interface StopOptions {
  /** Called once, first of all: to leave the live view, to say that it is stopping. */
  readonly onStopping?: (signal: Signal) => void;
}

/**
 * Stops everything and exits when this program is told to, or when the launcher that started it is gone.
 * A second Ctrl-C does not wait.
 * @returns a function that undoes it
 */
export function stopOnSignals(supervisor: Supervisor, { onStopping }: StopOptions = {}): () => void {
  let first: number | undefined;
  const stop = (signal: Signal) => {
    if (first !== undefined) {
      if (performance.now() - first > sameInterruptMs) process.exit(exitCodes[signal]);
      return;
    }
    first = performance.now();
    onStopping?.(signal);
    // Whether stopping went well or not, the exit ends what is left.
    void supervisor.stopAll().finally(() => process.exit(exitCodes[signal]));
  };

  const signals: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, stop);
  const launcher = Number(process.env['SLUICE_LAUNCHER_PID']);
  const watch = setInterval(() => {
    if (launcher === startedBy && process.ppid !== startedBy) stop('SIGHUP');
  }, 500).unref();
  return () => {
    for (const signal of signals) process.off(signal, stop);
    clearInterval(watch);
  };
}

const startedBy = process.ppid;
