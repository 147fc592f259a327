import type * as z from 'zod';
import type { AwsError } from '../aws-error.ts';

/** One API action: the decoded request in, the decoded answer out. */
export type Action = (input: unknown) => Promise<object>;

/** The actions of a service by name. */
export type Actions = Readonly<Record<string, Action>>;

/** Builds the refusal for input that does not fit an action's schema. */
export type Refusal = (message: string) => AwsError;

/** Gives an action its schema: what does not fit is refused before the action sees it. */
export function actionMaker(
  refuse: Refusal,
): <S extends z.ZodType>(schema: S, run: (input: z.output<S>) => object | Promise<object>) => Action {
  return (schema, run) => async (input) => {
    const parsed = schema.safeParse(input);
    if (!parsed.success) throw refuse(describeIssues(parsed.error.issues, input));
    return await run(parsed.data);
  };
}

function describeIssues(issues: readonly z.core.$ZodIssue[], input: unknown): string {
  const each = issues.map((issue) => {
    const value = valueAt(input, issue.path);
    const shown = typeof value === 'string' ? value : JSON.stringify(value ?? null);
    return `Value '${shown}' at '${wirePath(issue.path)}' failed to satisfy constraint: ${issue.message}`;
  });
  return `${issues.length} validation error${issues.length === 1 ? '' : 's'} detected: ${each.join('; ')}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}

/** AWS writes `actions.1.member.forwardConfig`: camel case, members counted from one. */
function wirePath(path: readonly PropertyKey[]): string {
  return path
    .map((key) =>
      typeof key === 'number' ? `${key + 1}.member` : String(key).replace(/^[A-Z]/, (letter) => letter.toLowerCase()),
    )
    .join('.');
}
