/** As much of a template as its slots need to be known. */
interface WithParameters {
  readonly Parameters: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Resources: Readonly<Record<string, unknown>>;
}

/**
 * Gives a template as many slots as its lists of names have names, and lets their parameters take that many alone.
 * @param values of the parameters, by name; those that are left out have their defaults
 */
export function withNameSlots(template: WithParameters, values: Readonly<Record<string, string>>): WithParameters;

/** The pattern of a list of names, or of `*` for all: of so many where a number is given, of any number of them else. */
export function patternOf(parameter: string, count?: number): string;
