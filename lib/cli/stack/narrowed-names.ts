import * as z from 'zod';
import type { ParameterValues, StackTemplate } from './stack-template.ts';

/** The parameters that are lists of names, and where a template without them has its names: as the resource of an action. */
const places = [
  { parameter: 'Balancers', action: 'elasticloadbalancing:ModifyRule', name: /:listener-rule\/app\/([^/*]+)\/\*$/ },
  { parameter: 'Clusters', action: 'ecs:UpdateService', name: /:service\/([^/*]+)\/\*$/ },
  { parameter: 'TaskDefinitions', action: 'ecs:RegisterTaskDefinition', name: /:task-definition\/([^:*]+):\*$/ },
  { parameter: 'TaskRoles', action: 'iam:PassRole', name: /:role\/([^*]+(?:\/\*)?)$/, for: 'ecs-tasks.amazonaws.com' },
];

const statement = z.looseObject({
  Effect: z.literal('Allow'),
  Action: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
  Resource: z.unknown(),
  Condition: z.unknown().optional(),
});

/**
 * Returns to what names the roles of a deployed stack are limited, as values of parameters that its template has not yet: an earlier
 * version wrote them into the policies where it was packaged from a clone, and a deployment must not widen them unnoticed.
 */
export function narrowedNames(deployed: StackTemplate): ParameterValues {
  const statements = statementsIn(deployed.Resources);
  const found = places
    .filter(({ parameter }) => deployed.Parameters[parameter] === undefined)
    .map(({ parameter, action, name, for: passedTo = '' }) => {
      const resources = statements
        .filter(
          ({ Action, Condition }) => Action.includes(action) && JSON.stringify(Condition ?? '').includes(passedTo),
        )
        .flatMap(({ Resource }) => textsIn(Resource));
      const names = new Set(resources.flatMap((text) => name.exec(text)?.[1] ?? []));
      return [parameter, [...names].join(',')] as const;
    });
  return Object.fromEntries(found.filter(([, names]) => names !== ''));
}

function statementsIn(value: unknown): z.output<typeof statement>[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = statement.safeParse(value);
  return own.success ? [own.data] : Object.values(value).flatMap(statementsIn);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
