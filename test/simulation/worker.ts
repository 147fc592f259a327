import { parentPort } from 'node:worker_threads';
import * as z from 'zod';
import { runBatch } from './batch.ts';
import { faultKinds } from './faults/draw.ts';
import { buildOf } from './build.ts';
import { simulatedDrivers } from './scenario.ts';

/** What the program asks a worker for: some runs of a batch. */
const order = z.object({
  ...{ seed: z.number(), from: z.number(), count: z.number() },
  faults: z.array(z.enum(faultKinds)).optional(),
  driver: z.enum(simulatedDrivers).optional(),
});

// The interpreter makes an error for each path that it looks up; their stacks would cost more than the runs do.
Error.stackTraceLimit = 0;

const build = buildOf();

parentPort?.on('message', (message: unknown) => {
  // A worker that breaks ends with the error, which the program tells.
  void runBatch(order.parse(message), build).then((result) => parentPort?.postMessage(result));
});
