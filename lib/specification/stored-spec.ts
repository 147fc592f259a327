import * as z from 'zod';
import { formProblem } from './form.ts';
import type { RolloutSpec } from './rollout-spec.ts';
import { storedSpecForm } from './stored-spec-form.ts';

/**
 * A spec as it is stored: with its defaults filled in, durations in seconds, shares as 0..1 and gates whole. Only its form is
 * checked: a spec that was valid when it was applied stays readable under stricter rules.
 */
export const storedSpec = z.custom<RolloutSpec>().superRefine((value, context) => {
  const problem = formProblem(storedSpecForm, value);
  if (problem === undefined) return;
  context.addIssue({ code: 'custom', path: [...problem.path], message: `expected ${problem.expected}` });
});
