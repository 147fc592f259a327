import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { longestFile } from '../specification/longest-file.ts';
import type { ArchiveCopy } from '../storage/archive/archive-copy.ts';
import { CliFailure, type CliWorld, type StackOptions } from './cli-context.ts';
import type { Terminal } from './terminal/screen.ts';

/** Enough bytes to see that a file is too long, whatever its characters take, and not one of a device without end. */
const mostBytes = 4 * longestFile + 4;

/** Somebody who pipes into `head` has read enough: that is no failure. */
function endQuietlyWhenNobodyReads(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
}

async function askAtTerminal(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

async function writeText(file: string, written: string, overwrite: boolean): Promise<'written' | 'exists'> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, written, { flag: overwrite ? 'w' : 'wx' });
    return 'written';
  } catch (error) {
    const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (typeof code !== 'string') throw error;
    if (code === 'EEXIST' && !overwrite) return 'exists';
    throw new CliFailure(`${file} cannot be written (${code}). Name a file in a folder of yours with --out.`);
  }
}

function userOfThisMachine(): string {
  const configured = process.env['SLUICE_USER'] ?? process.env['GITHUB_ACTOR'];
  if (configured !== undefined && configured !== '') return configured;
  return `${userInfo().username}@${hostname()}`;
}

/** Standard output as a terminal; its size is asked at each frame, as windows are resized. */
function terminalOf(stdout: NodeJS.WriteStream): Terminal | undefined {
  if (!stdout.isTTY || process.env['TERM'] === 'dumb') return undefined;
  return {
    // A terminal that does not know its size answers 0.
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      return stdout.rows || 24;
    },
    write: (text) => stdout.write(text),
  };
}

/** @throws CliFailure where the place is an address of something else */
async function openArchive(place: string, options: Pick<StackOptions, 'region'>): Promise<ArchiveCopy> {
  const [, bucket] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/.exec(place) ?? [];
  if (bucket !== undefined) return (await import('./connect-archive.ts')).connectArchive(bucket, options);
  if (!/^[a-z][a-z0-9]*:\/\//i.test(place)) return (await import('./audit/archive-folder.ts')).archiveFolder(place);
  throw new CliFailure(`${place} is no archive: name a folder, or s3:// and the name of a bucket alone.`, 2);
}

/** The world of the process that runs the command. */
export function processContext(): CliWorld {
  endQuietlyWhenNobodyReads(process.stdout);
  endQuietlyWhenNobodyReads(process.stderr);
  let zone: string | undefined;
  return {
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    terminal: terminalOf(process.stdout),
    // Colours where the stream takes them: NO_COLOR, FORCE_COLOR, pipes.
    paint: (style, text) => styleText(style, text, { stream: process.stdout }),
    timeZone: () => (zone ??= Intl.DateTimeFormat().resolvedOptions().timeZone),
    // Loaded when a verb needs it: lint must work without credentials, region and network, and quickly.
    connect: async (options) => (await import('./connect.ts')).connect(options),
    balancer: async (options) => (await import('./connect-balancer.ts')).connectBalancer(options),
    guards: async (options) => (await import('./connect-guards.ts')).connectGuards(options),
    signer: async (key, options) => (await import('./connect-signer.ts')).connectSigner(key, options),
    archive: openArchive,
    look: async (options) => (await import('./connect-look.ts')).connectLook(options),
    alarms: async (options) => (await import('./connect-alarms.ts')).connectAlarms(options),
    hooks: async (options) => (await import('./connect-hooks.ts')).connectHooks(options),
    metrics: async (options) => (await import('./connect-metrics.ts')).connectMetrics(options),
    deployment: async (options) => (await import('./connect-deployment.ts')).connectDeployment(options),
    account: async (options) => (await import('./connect-account.ts')).connectAccount(options),
    packagedStack: async () => (await import('./stack/read-package.ts')).readPackagedStack(),
    ask: askAtTerminal,
    readFile: (path) => text(createReadStream(path, { encoding: 'utf8', end: mostBytes })),
    writeFile: writeText,
    run: async (command, renewal) => (await import('./run-child.ts')).runChild(command, renewal),
    now: () => new Date(),
    sleep: (milliseconds) => sleep(milliseconds),
    user: userOfThisMachine,
    randomId: () => randomUUID().slice(0, 8),
  };
}

/** The version that package.json names. Read without a schema: building one takes longer than answering `--version`. */
export async function productVersion(): Promise<string> {
  const file: unknown = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  const version: unknown = typeof file === 'object' && file !== null && 'version' in file ? file.version : undefined;
  if (typeof version !== 'string') throw new Error('package.json names no version.');
  return version;
}
