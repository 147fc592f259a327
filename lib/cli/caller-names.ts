import type { CliContext } from './cli-context.ts';

/** As many characters of a name as the record takes. */
const longestName = 200;

/** Who the caller says they are: `--as`, and what this machine calls them. */
export function callerNames(
  { as }: { readonly as?: string },
  { user }: Pick<CliContext, 'user'>,
): { readonly as?: string; readonly user: string } {
  return { ...(as !== undefined && { as: as.slice(0, longestName) }), user: user().slice(0, longestName) };
}
