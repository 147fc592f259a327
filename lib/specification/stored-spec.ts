import * as z from 'zod';
import { wholeGate } from './gate.ts';
import { rolloutSpec, type RolloutSpec } from './rollout-spec.ts';
import { storedForm } from './stored-form.ts';

let form: z.ZodType | undefined;

/** Built when the first spec is read: most commands and functions never need it. */
function formOfSpec(): z.ZodType {
  form ??= storedForm(rolloutSpec.in).and(z.looseObject({ gates: z.array(storedForm(wholeGate)) }));
  return form;
}

/**
 * A spec as it is stored: with its defaults filled in, durations in seconds, shares as 0..1 and gates whole. Only its form is
 * checked: a spec that was valid when it was applied stays readable under stricter rules.
 */
export const storedSpec = z.custom<RolloutSpec>().superRefine((value, context) => {
  const { error } = formOfSpec().safeParse(value);
  for (const { path, message } of error?.issues ?? []) context.addIssue({ code: 'custom', path, message });
});
