/** As much of a CloudFormation template as its division needs. */
export interface WholeTemplate {
  readonly Description?: string | undefined;
  readonly Parameters?: object | undefined;
  readonly Conditions?: object | undefined;
  readonly Outputs?: object | undefined;
  readonly Resources: Readonly<Record<string, object>>;
}

/** What of a template belongs to a nested stack: names of functions, and logical ids of other resources. */
export interface Chapter {
  readonly functions: readonly string[];
  readonly resources: readonly string[];
}

/** The template of the root, and those of the nested stacks by file name. */
export interface DividedTemplate {
  readonly root: WholeTemplate;
  readonly nested: Readonly<Record<string, string>>;
}

/**
 * Divides a template: each chapter goes into a nested stack of its own.
 * @param chapters by the name of the nested stack
 * @param urlOf where a nested template will be, from its file name; a value of CloudFormation
 * @throws Error where stacks would wait for each other, or be too large
 */
export function splitTemplate(
  template: WholeTemplate,
  chapters: Readonly<Record<string, Chapter>>,
  urlOf: (file: string) => unknown,
): DividedTemplate;
