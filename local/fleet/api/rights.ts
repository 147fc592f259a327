/** What IAM is asked before an action is carried out. */
export interface Right {
  /** As in a policy, for example `elasticloadbalancing:ModifyRule`. */
  readonly action: string;
  /** An ARN, or `*` where the action takes no resource. */
  readonly resource: string;
  /** Condition keys of the request, those of tags among them. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** The rights that AWS asks for each action, by the Service Authorization Reference; all of them are needed. */
export type RightsAsked = Readonly<Record<string, (input: unknown) => readonly Right[]>>;

/** Actions that take no resource: describing and listing, mostly. */
export function withoutResource(service: string, names: readonly string[]): RightsAsked {
  return Object.fromEntries(names.map((name) => [name, () => [{ action: `${service}:${name}`, resource: '*' }]]));
}

/** `aws:ResourceTag/…` of something that carries tags. */
export function resourceTags(tags: ReadonlyMap<string, string> | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries([...(tags ?? [])].map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
}

/** `aws:RequestTag/…` and `aws:TagKeys` of tags that a request sets. */
export function requestTags(tags: ReadonlyMap<string, string>): Readonly<Record<string, string | readonly string[]>> {
  if (tags.size === 0) return {};
  const each = [...tags].map(([key, value]): [string, string] => [`aws:RequestTag/${key}`, value]);
  return { ...Object.fromEntries<string | readonly string[]>(each), 'aws:TagKeys': [...tags.keys()] };
}
