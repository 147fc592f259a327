import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Ids of the processes that a process has started itself and that still run. */
export async function childrenOf(parent: number): Promise<readonly number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,stat=']);
  return stdout.split('\n').flatMap((line) => {
    const [pid, ppid, state = ''] = line.trim().split(/\s+/);
    // One that has ended and was not collected yet takes no signal.
    return Number(ppid) === parent && !state.startsWith('Z') ? [Number(pid)] : [];
  });
}

/** Sends a signal to a process; one that has ended by itself meanwhile takes none. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
