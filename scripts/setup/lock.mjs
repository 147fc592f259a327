import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupFailure } from './failure.mjs';
import { say } from './say.mjs';

const prefix = 'setup.lock.';
const longestWaitMs = 20 * 60_000;

/**
 * Runs `work` while no other set-up of this clone runs.
 *
 * The lock is a row of files with rising numbers; the one with the highest number says who holds it. A number is never used
 * twice and the highest file is never removed, so taking over the lock of a dead process cannot take away a live one.
 * A holder counts as alive while its process or the child that works for it lives.
 * @param {string} directory
 * @param {(holder: { worksThrough(pid: number | undefined): void }) => Promise<void>} work
 */
export async function withLock(directory, work) {
  const number = await acquire(directory);
  const file = path.join(directory, prefix + number);
  const write = (record) => writeWhole(file, record);
  const release = () => write({ free: true });
  process.on('exit', release);
  try {
    await work({ worksThrough: (pid) => write({ ...self(), worker: pid === undefined ? undefined : identity(pid) }) });
  } finally {
    process.off('exit', release);
    release();
  }
}

async function acquire(directory) {
  const deadline = Date.now() + longestWaitMs;
  let told = false;
  for (;;) {
    const highest = newest(directory);
    const holder = highest === 0 ? { free: true } : read(path.join(directory, prefix + highest));
    if (isFree(holder)) {
      if (claim(directory, highest + 1)) return highest + 1;
      continue;
    }
    if (Date.now() > deadline) {
      throw new SetupFailure(
        `another set-up of this clone (process ${holder.pid}) has not ended for 20 minutes: end it, then run the command again.`,
      );
    }
    if (!told) say(`Another set-up of this clone is running (process ${holder.pid}), waiting for it…`);
    told = true;
    await sleep(200);
  }
}

/** True where this process got the number, and nobody was further meanwhile. */
function claim(directory, number) {
  const file = path.join(directory, prefix + number);
  const draft = `${file}.${process.pid}.draft`;
  writeFileSync(draft, JSON.stringify(self()));
  try {
    linkSync(draft, file);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  if (newest(directory) !== number) {
    rmSync(file, { force: true });
    return false;
  }
  for (const old of numbers(directory)) if (old < number) rmSync(path.join(directory, prefix + old), { force: true });
  return true;
}

function numbers(directory) {
  return readdirSync(directory)
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .filter((rest) => /^\d+$/.test(rest))
    .map(Number);
}

function newest(directory) {
  return Math.max(0, ...numbers(directory));
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // Gone: a newer number exists, which the next look finds. Unreadable: its writer died with the machine.
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return { free: true };
    throw error;
  }
}

function isFree(holder) {
  return holder.free === true || !(isAlive(holder) || (holder.worker !== undefined && isAlive(holder.worker)));
}

function self() {
  return identity(process.pid);
}

/** A process id is used again after a while; where the system tells it, the start time tells such a namesake apart. */
function identity(pid) {
  return { pid, started: startOf(pid) };
}

function isAlive({ pid, started }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    if (error.code !== 'EPERM') throw error;
  }
  return started === undefined || startOf(pid) === started;
}

function startOf(pid) {
  try {
    // The command name, in parentheses, may itself hold spaces and parentheses.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[19];
  } catch {
    return undefined;
  }
}

function writeWhole(file, record) {
  const draft = `${file}.${process.pid}.draft`;
  writeFileSync(draft, JSON.stringify(record));
  renameSync(draft, file);
}
