import * as z from 'zod';
import { wholeSeconds } from './quantity.ts';

const weightExpected = 'expected a whole percentage, 1 to 100';

const step = z.strictObject(
  {
    weight: z.int(weightExpected).min(1, weightExpected).max(100, weightExpected).meta({
      kind: 'percentage',
      bounds: '`1` to `100`',
      description: 'Percent of the traffic that green gets, whole',
    }),
    bake: wholeSeconds({ min: 1, max: 86_400 }).describe(
      'How long the step is watched. Without enough evidence it is held, up to `timeouts.hold` longer',
    ),
    leaveOutWhenQuiet: z
      .boolean('expected true or false')
      .optional()
      .describe(
        'Whether a rollout goes without this step where the traffic of the last hour would not give green enough requests in it. Without it: false',
      ),
  },
  'expected a step: a map with weight and bake',
);

/**
 * The steps of a spec that names none. The first one is long enough that its first minutes have settled before it ends (period,
 * lag and two evaluations), so that what fails outright fails few users. In the one before the last, blue still has traffic to compare with.
 */
export const defaultSteps = [
  { weight: 1, bake: '5m', leaveOutWhenQuiet: true },
  { weight: 5, bake: '15m' },
  { weight: 25, bake: '30m' },
  { weight: 50, bake: '30m' },
  { weight: 90, bake: '10m' },
  { weight: 100, bake: '10m' },
] as const;

/** Weights that rise to 100 %, each with the time that it is watched. */
export const steps = z
  .array(step, 'expected a list of steps')
  .min(1, 'expected at least one step')
  .max(20, 'expected at most 20 steps')
  .meta({
    bounds: '1 to 20 entries',
    description: 'What green gets, and how long each step is watched. Weights rise and end with 100',
  })
  .superRefine((list, context) => {
    list.forEach((current, index) => {
      const previous = list[index - 1];
      if (previous === undefined || current.weight > previous.weight) return;
      const message = `weight ${current.weight} does not rise above the ${previous.weight} before it, expected rising weights`;
      context.addIssue({ code: 'custom', path: [index, 'weight'], message });
    });
    const last = list.at(-1);
    if (last?.leaveOutWhenQuiet === true) {
      const message = 'the last step gives green all traffic, expected it in every rollout';
      context.addIssue({ code: 'custom', path: [list.length - 1, 'leaveOutWhenQuiet'], message });
    }
    if (last === undefined || last.weight === 100) return;
    const message = `the last weight is ${last.weight}, expected 100`;
    context.addIssue({ code: 'custom', path: [list.length - 1, 'weight'], message });
  });
