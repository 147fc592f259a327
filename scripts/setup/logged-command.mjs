import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from './failure.mjs';

const shownLines = 15;
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/**
 * Runs one command with its output in a log file; what it says of its failure is shown. An interrupted set-up takes the
 * command with it.
 * @param {{ what: string, command: string, args: string[], cwd: string, env?: NodeJS.ProcessEnv, log: string,
 *   holder: { worksThrough(pid: number | undefined): void }, advice: string }} options
 * @throws {SetupFailure}
 */
export async function loggedCommand({ what, command, args, cwd, env = process.env, log, holder, advice }) {
  mkdirSync(path.dirname(log), { recursive: true });
  writeFileSync(log, `$ ${[command, ...args].join(' ')}\n`);
  const output = openSync(log, 'a');
  let interrupted;
  try {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', output, output] });
    holder.worksThrough(child.pid);
    const handlers = Object.keys(signals).map((signal) => {
      const handler = () => {
        interrupted ??= signal;
        child.kill(signal);
      };
      process.on(signal, handler);
      return () => process.off(signal, handler);
    });
    const ended = await new Promise((resolve) => {
      child.once('error', (error) => resolve(`could not be started (${error.message})`));
      child.once('exit', (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? `code ${code}`}`));
    });
    for (const remove of handlers) remove();
    if (interrupted !== undefined) throw new SetupFailure(`${what} was interrupted.`, signals[interrupted]);
    if (ended !== undefined) {
      appendFileSync(log, `${command} ${ended}\n`);
      throw new SetupFailure(`${what} failed: ${path.basename(command)} ${ended}. ${advice}\n${tail(log)}`);
    }
  } finally {
    holder.worksThrough(undefined);
    closeSync(output);
  }
}

/** The lines that npm and pip mark as errors, from the first on; else the last ones: npm ends with pages of advice. */
function tail(log) {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  const errors = lines.filter((line) => /^(npm error|npm ERR!|ERROR:) .*\S/.test(line));
  const shown = errors.length > 0 ? errors.slice(0, shownLines) : lines.slice(-shownLines);
  return [`From ${log}:`, ...shown.map((line) => `  ${line}`)].join('\n');
}
