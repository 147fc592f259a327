import * as z from 'zod';
import { ownJudge } from './experience.ts';
import { measure } from './measure.ts';
import { readOwn } from './own.ts';
import { shapes } from './shapes.ts';

/**
 * Measures the gates alone on the kinds named in the arguments, as pairs of runs and name, and prints what they did as JSON. A process of its
 * own, as the sandbox in which tests run makes it ten times as slow.
 */
const asked = z.array(z.tuple([z.int(), z.string()])).parse(JSON.parse(process.argv[2] ?? '[]'));
const { settings, scheduleAt } = await readOwn();
const ours = { Sluice: { judgeOf: ownJudge(settings), scheduleAt } };
const found = asked.map(([runs, name]) => {
  const shape = shapes.find((one) => one.name === name);
  if (shape === undefined) throw new Error(`No shape is called ${name}.`);
  const [judge] = measure(shape, ours, runs, 1).judges;
  return { name, ...judge };
});
console.log(JSON.stringify(found));
