import { describe, expect, test } from '@jest/globals';
import { sluice } from '../../bench/analysis/judges.ts';
import { measure } from '../../bench/analysis/measure.ts';
import { readOwn } from '../../bench/analysis/own.ts';
import { shapes } from '../../bench/analysis/shapes.ts';

const { settings, schedule } = await readOwn();
const ours = { Sluice: { judge: sluice(settings), schedule } };

/** What the gates do with rollouts of a kind, by the default steps. */
function judged(name: string, runs: number) {
  const shape = shapes.find((one) => one.name === name);
  if (shape === undefined) throw new Error(`no shape is called ${name}`);
  const [found] = measure(shape, ours, runs, 1).judges;
  if (found === undefined) throw new Error('nothing was measured');
  return found;
}

describe('healthy rollouts are neither rolled back nor held', () => {
  test.each([
    'cold at each weight: 2.5x latency, 1.5 min',
    'cold at each weight: 2x latency for a minute',
    'cold at each weight: 2.5x latency, 1.5 min, 2000/s',
    'noisy latency',
  ])('%s', (name) => {
    expect(judged(name, 40)).toMatchObject({ rolledBack: 0, held: 0 });
  });
});
