import { spawn } from 'node:child_process';
import path from 'node:path';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs Node 24 in this process's place: same terminal, same signals, same end. Children of it find Node 24 first on the PATH.
 *
 * A terminal sends Ctrl-C to the whole group, so the child gets it twice with the forwarded one; programs that count
 * interrupts take two in a moment for one.
 * @param {string} node
 * @param {string[]} args
 */
export function runNode24(node, args) {
  const env = {
    ...process.env,
    PATH: [path.dirname(node), process.env.PATH].filter(Boolean).join(path.delimiter),
    // By it the program notices that this process is gone, also where nothing could tell it.
    SLUICE_LAUNCHER_PID: String(process.pid),
  };
  const child = spawn(node, args, { stdio: 'inherit', env });
  for (const signal of forwarded) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    process.stderr.write(
      `sluice: ${node} could not be started (${error.message}): run \`npm ci --ignore-scripts\`, then run the command again.\n`,
    );
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    // Ends the way the child ended, so that a shell sees an interrupt as an interrupt.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
