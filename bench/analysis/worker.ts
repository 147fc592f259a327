import { parentPort } from 'node:worker_threads';
import * as z from 'zod';
import { contestants } from './contestants.ts';
import { measure } from './measure.ts';
import { readOwn } from './own.ts';
import { shapes } from './shapes.ts';

/** What the program asks a worker for: all rollouts of one shape, by its place in the list. */
const order = z.object({ index: z.number(), runs: z.number(), seed: z.number() });

const judges = contestants(await readOwn());

parentPort?.on('message', (message: unknown) => {
  const { index, runs, seed } = order.parse(message);
  const shape = shapes[index];
  if (shape === undefined) throw new Error(`There is no shape ${index}.`);
  parentPort?.postMessage({ index, judges: measure(shape, judges, runs, seed).judges });
});
