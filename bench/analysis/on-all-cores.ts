import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import type { MeasuredShape } from './measure.ts';
import type { Shape } from './shape-of.ts';
import { shapes } from './shapes.ts';

const measured = z.object({
  judge: z.string(),
  rolledBack: z.number(),
  held: z.number(),
  promoted: z.number(),
  minutes: z.union([z.number(), z.undefined()]),
  badResponses: z.number(),
  badSinceBegin: z.number(),
  atFirst: z.number(),
  milliseconds: z.number(),
});
const answer = z.object({ index: z.number(), judges: z.array(measured) });

/**
 * Measures shapes side by side, one to a core; the seed and a shape's name decide its rollouts, so the order of the work changes no figure.
 * Tells each shape once it and all before it are measured. Rejects with the error of a worker that breaks.
 */
export async function measureAll(
  chosen: readonly Shape[],
  runs: number,
  seed: number,
  tell: (shape: MeasuredShape) => void,
): Promise<readonly MeasuredShape[]> {
  const found = new Map<Shape, MeasuredShape>();
  let [next, told] = [0, 0];
  const tellInOrder = () => {
    for (let shape = chosen[told]; shape !== undefined; shape = chosen[told]) {
      const one = found.get(shape);
      if (one === undefined) return;
      tell(one);
      told += 1;
    }
  };
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('worker.ts', import.meta.url));
      const order = () => {
        const shape = chosen[next];
        if (shape === undefined) {
          resolve(worker.terminate().then(() => undefined));
          return;
        }
        next += 1;
        worker.postMessage({ index: shapes.indexOf(shape), runs, seed });
      };
      worker.on('message', (message: unknown) => {
        const { index, judges } = answer.parse(message);
        const shape = shapes[index];
        if (shape !== undefined) found.set(shape, { shape, judges });
        tellInOrder();
        order();
      });
      worker.on('error', reject);
      order();
    });
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), chosen.length) }, work));
  return chosen.flatMap((shape) => found.get(shape) ?? []);
}
