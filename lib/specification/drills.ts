import * as z from 'zod';

/** What can be rehearsed on a service, in the order of the documentation. */
export const drillKinds = ['rollback'] as const;
export type DrillKind = (typeof drillKinds)[number];

const stageExpected = 'expected the name of a stage: letters, digits and -, a letter first';

const stages = z
  .array(z.string(stageExpected).regex(/^[A-Za-z][A-Za-z0-9-]{0,39}$/, stageExpected), 'expected a list of stages')
  .min(1, 'expected at least one stage')
  .max(20, 'expected at most 20 stages')
  .optional();

/** What may be rehearsed, and in which stages: one file is applied to several. It has no default: every write of a rollout's state would be paid for it. */
export const drills = z.strictObject(
  {
    rollback: stages.meta({
      kind: 'list',
      bounds: '1 to 20 entries',
      description:
        'The stages in which `sluice drill rollback` may roll the version that serves out beside itself, and back. Without it: none',
    }),
  },
  'expected a map of drills, each with a list of stages',
);
export type DrillsSpec = z.output<typeof drills>;

/** Returns whether a spec allows a drill in a stage. */
export function allowsDrill(
  { drills: allowed }: { readonly drills?: DrillsSpec | undefined },
  kind: DrillKind,
  stage: string,
): boolean {
  return allowed?.[kind]?.includes(stage) === true;
}
