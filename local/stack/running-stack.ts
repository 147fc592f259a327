import { rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { LocalAws } from './local-aws.ts';
import { projectRoot } from './project-root.ts';

const runningStack = z.object({
  /** Process that keeps it up. */
  pid: z.int().positive(),
  emulatorEndpoint: z.url(),
  fleetEndpoint: z.url(),
  region: z.string(),
  serviceUrl: z.url(),
  environment: z.record(z.string(), z.string()),
});

/** A local stack that `npm run dev` keeps up for other commands of this clone. */
export type RunningStack = z.output<typeof runningStack>;

const file = path.join(projectRoot, '.sluice', 'local.json');

/** Lets other commands find this process's stack; the function that comes back takes that away again. */
export async function announceStack(aws: LocalAws, serviceUrl: string): Promise<() => void> {
  const { emulator, fleetEndpoint, region, environment } = aws;
  const stack = {
    pid: process.pid,
    emulatorEndpoint: emulator.endpoint,
    fleetEndpoint,
    region,
    serviceUrl,
    environment,
  };
  await writeFile(file, `${JSON.stringify(stack satisfies RunningStack, undefined, 2)}\n`);
  return () => {
    rmSync(file, { force: true });
  };
}

/** The stack that runs in this clone now; `undefined` where none does. */
export async function findRunningStack(): Promise<RunningStack | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const stack = stackIn(text);
  return stack !== undefined && isAlive(stack.pid) ? stack : undefined;
}

/** Of a file that was cut off, or is of another version, nothing is known. */
function stackIn(text: string): RunningStack | undefined {
  try {
    return runningStack.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // No permission to signal it means that it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
