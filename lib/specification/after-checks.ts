import * as z from 'zod';
import { checks, type CheckName, type CheckSettings } from './checks.ts';
import { quote } from './text/plain-text.ts';

const expected = 'expected names of checks, such as [requests, alarms-quiet]';

/** Checks that run at 100 %, while blue is kept whole, and once more when the retention ends. */
export const after = z
  .array(checks.keyof(), expected)
  .min(1, expected)
  .max(20, 'expected at most 20 checks')
  .superRefine((names, context) => {
    names.forEach((name, index) => {
      if (names.indexOf(name) === index) return;
      context.addIssue({ code: 'custom', path: [index], message: `${quote(name)} is named twice, expected once` });
    });
  })
  .optional()
  .meta({ kind: 'list', bounds: '1 to 20 entries' })
  .describe(
    'Checks that run at 100 %, before the rollout succeeds, and once more when its retention ends, with their settings in `checks`. See [checks after a rollout](checks.md#checks-after-a-rollout)',
  );

interface WithAfter {
  readonly checks?: CheckSettings | undefined;
  readonly after?: readonly CheckName[] | undefined;
}

/** A check that cannot run without settings needs them in `checks`, also where it runs only after a rollout. */
export function checkAfter({ checks: written = {}, after: names = [] }: WithAfter, context: z.RefinementCtx): void {
  names.forEach((name, index) => {
    if (written[name] !== undefined || checks.shape[name].safeParse({}).success) return;
    const message = `${quote(name)} needs settings, expected them under checks.${name}`;
    context.addIssue({ code: 'custom', path: ['after', index], message });
  });
}
