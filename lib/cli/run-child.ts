import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { CliFailure } from './cli-failure.ts';

/** What is done again and again while a command runs. */
export interface Renewal {
  readonly seconds: number;
  readonly renew: () => Promise<void>;
}

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a command with the input and output of this process, without a shell, and returns its exit code: 128 and the signal's number where
 * one ended it. Signals that this process gets go to the command: what follows it is done once it has ended.
 * @throws CliFailure where it cannot be started
 */
export async function runChild([file = '', ...args]: readonly string[], { seconds, renew }: Renewal): Promise<number> {
  const child = spawn(file, args, { stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  // At a terminal Ctrl-C reaches the command by itself, and once more is harmless.
  for (const signal of forwarded) process.on(signal, forward);
  let renewing = Promise.resolve();
  const timer = setInterval(() => {
    renewing = renewing.then(renew);
  }, seconds * 1000);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        reject(new CliFailure(`${file} cannot be started (${error.code ?? error.message}).`));
      });
      child.once('close', (code, signal) => {
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      });
    });
  } finally {
    clearInterval(timer);
    for (const signal of forwarded) process.off(signal, forward);
    await renewing;
  }
}
