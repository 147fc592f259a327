import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/**
 * Ends process groups after their parent is gone, however it went: the shell reads group ids from a pipe that only the parent
 * holds, so the end of the pipe is the end of the parent. A shell, because it costs a tenth of the memory of a Node.
 */
const script = `
trap '' INT TERM HUP
groups=' '
while read -r change group; do
  groups=$(printf %s "$groups" | sed "s/ $group / /g")
  if [ "$change" = + ]; then groups="$groups$group "; fi
done
for group in $groups; do kill -TERM "-$group" 2>/dev/null; done
left=20
while [ $left -gt 0 ]; do
  alive=0
  for group in $groups; do kill -0 "-$group" 2>/dev/null && alive=1; done
  [ $alive = 0 ] && exit
  sleep 0.1
  left=$((left - 1))
done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
`;

export interface Watchdog {
  /** From now on the group with this id ends with the parent. */
  watch(group: number): void;
  /** The group has ended; its id may soon be somebody else's. */
  forget(group: number): void;
  /** Nothing is left to watch. */
  close(): Promise<void>;
}

/** Starts the watchdog in a session of its own, out of reach of Ctrl-C. */
export function startWatchdog(): Watchdog {
  const shell = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = new Promise<void>((resolve) => {
    shell.once('exit', () => {
      resolve();
    });
    shell.once('error', () => {
      resolve();
    });
  });
  // The pipe closes with the shell; who writes to it then has nothing to lose.
  shell.stdin.on('error', () => undefined);
  letParentExit(shell);
  return {
    watch: (group) => {
      shell.stdin.write(`+ ${group}\n`);
    },
    forget: (group) => {
      shell.stdin.write(`- ${group}\n`);
    },
    close: async () => {
      shell.ref();
      shell.stdin.end();
      await ended;
    },
  };
}

/** Neither the shell nor the pipe keeps the parent's event loop alive. */
function letParentExit(shell: ChildProcessByStdio<Writable, null, null>): void {
  shell.unref();
  const pipe: unknown = shell.stdin;
  if (isUnreferable(pipe)) pipe.unref();
}

function isUnreferable(pipe: unknown): pipe is { unref(): void } {
  return typeof pipe === 'object' && pipe !== null && 'unref' in pipe && typeof pipe.unref === 'function';
}
