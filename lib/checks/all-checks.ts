import type { Check } from './check.ts';
import { preChecks } from './pre-checks.ts';
import { specCheckNames, specChecks } from './spec-checks.ts';

/** A check with whether a spec turns it on; the others always run. */
export interface ListedCheck extends Check {
  readonly isOptional: boolean;
}

/** Every check, in the order in which people read them. */
export const allChecks: readonly ListedCheck[] = [
  ...preChecks.map((check) => ({ ...check, isOptional: false })),
  ...specCheckNames.map((name) => ({ ...specChecks[name], isOptional: true })),
];

/** @throws Error where there is no such check */
export function checkOf(name: string): ListedCheck {
  const found = allChecks.find((check) => check.name === name);
  if (found === undefined) throw new Error(`There is no check "${name}".`);
  return found;
}
