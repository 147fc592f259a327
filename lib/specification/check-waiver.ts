import * as z from 'zod';
import { quote } from './text/plain-text.ts';

const checkExpected = 'expected the name of a check that `checks` turns on';
const nameExpected = 'expected the name of a person of approvals.people';
const reasonExpected = 'expected a reason of up to 500 characters';
const rolloutExpected = 'expected the tag or the sha256 digest of the image of one rollout';

/** Lets one rollout pass a check: who decided that, why, and until when. */
const waiver = z.strictObject(
  {
    check: z
      .string(checkExpected)
      .regex(/^[a-z0-9-]{1,60}$/, checkExpected)
      .meta({ kind: 'name', description: 'The check that does not count' }),
    image: z
      .string(rolloutExpected)
      .regex(/^[\w.:-]{1,128}$/, rolloutExpected)
      .meta({ kind: 'text', description: 'The tag or digest of the one rollout that it is for' }),
    by: z
      .string(nameExpected)
      .min(1, nameExpected)
      .max(100, nameExpected)
      .meta({ kind: 'name', description: 'The person who takes the risk: one of `approvals.people`' }),
    reason: z
      .string(reasonExpected)
      .min(1, reasonExpected)
      .max(500, reasonExpected)
      .meta({ kind: 'text', description: 'Why' }),
    until: z.iso
      .datetime('expected a time such as 2026-12-01T00:00:00Z')
      .meta({ kind: 'time', description: 'When it ends. The check counts again from then on' }),
  },
  'expected a map with check, image, by, reason and until',
);

export type Waiver = z.output<typeof waiver>;

export const waivers = z.array(waiver, 'expected a list').max(50, 'expected at most 50 entries').optional().meta({
  kind: 'list',
  bounds: 'up to 50 entries',
  description: 'Checks that do not hold up one rollout, whatever they find. See [waivers](checks.md#waivers)',
});

interface WithWaivers {
  readonly checks?: Readonly<Record<string, unknown>> | undefined;
  readonly waivers?: readonly Waiver[] | undefined;
  readonly approvals: { readonly people: readonly { readonly name: string }[] };
}

/** A waiver is for a check that is turned on, and of a person whom the spec names. */
export function checkWaivers(
  { checks = {}, waivers: written = [], approvals }: WithWaivers,
  context: z.RefinementCtx,
): void {
  written.forEach(({ check, by }, index) => {
    if (!Object.hasOwn(checks, check)) {
      const message = `${quote(check)} is no check of \`checks\`, ${checkExpected}`;
      context.addIssue({ code: 'custom', path: ['waivers', index, 'check'], message });
    }
    if (!approvals.people.some(({ name }) => name === by)) {
      const message = `${quote(by)} is not named, ${nameExpected}`;
      context.addIssue({ code: 'custom', path: ['waivers', index, 'by'], message });
    }
  });
}
