/** As much of a CloudFormation template as its generated parts need. */
export interface TemplateParts {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>> | undefined;
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: unknown }>>;
}

/**
 * Returns the logical ids that are new with what they stand for: from each id in the template to the one that it must have.
 * @param values of the parameters, by name; those that are left out have their defaults
 */
export function generatedIds(
  template: TemplateParts,
  values: Readonly<Record<string, string>>,
): ReadonlyMap<string, string>;

/** Gives each function's role the name that it has in a stage and region; the template's roles are changed. */
export function fitRoleNames(template: TemplateParts, stage: string, region: string): void;
