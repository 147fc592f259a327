/** The template that owns a rule or a listener, and what it would make of the weights at its next update. */
export interface OwningTemplate {
  /** Name of the stack. */
  readonly stack: string;
  /** The rule or listener in the template, by logical id. */
  readonly resource: string;
  /** By ARN of the target group; `elsewhere` where the template takes them from a parameter store at each update. */
  readonly weights: Readonly<Record<string, number>> | 'elsewhere';
}

/** What owns rules and listeners; CloudFormation alone says so, no other infrastructure code does. */
export interface RuleTemplates {
  /**
   * Finds the template of a rule or listener, by ARN; `undefined` where no stack of the account owns it.
   * @throws TemplateUnclear where a template owns it, and what it would write cannot be told
   */
  owning(arn: string): Promise<OwningTemplate | undefined>;
}

/** Thrown where a template was found and its weights cannot be told; the message names stack, resource and reason. */
export class TemplateUnclear extends Error {
  override readonly name = 'TemplateUnclear';
}
