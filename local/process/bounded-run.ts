import { messageOf } from '../../lib/specification/text/message-of.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';

/** What a run has that is stopped whole. */
export interface BoundedRun {
  readonly supervisor: Supervisor;
  /** Whether its time is over, or it was told to stop: nothing more is begun then. */
  readonly isOver: () => boolean;
}

/**
 * Runs something that starts processes, for so many seconds at most, and stops all of them however it ends.
 * @param failed begins the line about what broke
 * @returns the exit code: that of the run, or 1 where it broke
 */
export async function boundedRun(
  {
    seconds,
    tell,
    failed,
  }: { readonly seconds: number; readonly tell: (line: string) => void; readonly failed: string },
  act: (run: BoundedRun) => Promise<number>,
): Promise<number> {
  const supervisor = createSupervisor();
  const run = { over: false, interrupted: false };
  stopOnSignals(supervisor, {
    onStopping: () => {
      run.over = true;
      run.interrupted = true;
      tell('\nStopping');
    },
  });
  const limit = setTimeout(() => {
    run.over = true;
  }, seconds * 1000).unref();
  try {
    return await act({ supervisor, isOver: () => run.over });
  } catch (error) {
    // What breaks while everything is being stopped is no failure of its own.
    if (!run.interrupted) tell(`${failed}: ${messageOf(error)}`);
    return 1;
  } finally {
    clearTimeout(limit);
    await supervisor.stopAll();
  }
}
