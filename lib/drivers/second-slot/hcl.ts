/** A name within the configuration, such as `aws_lb_target_group.second.arn`. */
class HclReference {
  readonly to: string;
  constructor(to: string) {
    this.to = to;
  }
}

type HclValue =
  string | number | boolean | HclReference | readonly (string | HclReference)[] | Readonly<Record<string, string>>;

/** `name = value`; left out where there is no value. */
interface HclArgument {
  readonly name: string;
  readonly value: HclValue | undefined;
}

/** `kind "label" { … }` of Terraform's language. */
export interface HclBlock {
  readonly kind: string;
  readonly labels: readonly string[];
  readonly body: readonly (HclArgument | HclBlock)[];
}

export function argument(name: string, value: HclValue | undefined): HclArgument {
  return { name, value };
}

export function block(kind: string, labels: readonly string[], body: HclBlock['body']): HclBlock {
  return { kind, labels, body };
}

export function reference(to: string): HclReference {
  return new HclReference(to);
}

/** What Sluice moves is left as it is. */
export function ignored(...names: readonly string[]): HclBlock {
  return block('lifecycle', [], [argument('ignore_changes', names.map(reference))]);
}

/** Names of resources of one kind: the first has none of its own number. */
export function numbered(name: string, index: number): string {
  return index === 0 ? name : `${name}_${index + 1}`;
}

/** Returns the text of a block, as `terraform fmt` leaves it but for the columns of `=`. */
export function hclText({ kind, labels, body }: HclBlock, indent = ''): string {
  const deeper = `${indent}  `;
  const lines = body.flatMap((one) => {
    if ('kind' in one) return [hclText(one, deeper)];
    return one.value === undefined ? [] : [`${deeper}${one.name} = ${valueText(one.value, deeper)}\n`];
  });
  return `${indent}${[kind, ...labels.map(quoted)].join(' ')} {\n${lines.join('')}${indent}}\n`;
}

function valueText(value: HclValue, indent: string): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map((one) => (typeof one === 'string' ? quoted(one) : one.to)).join(', ')}]`;
  if (isReference(value)) return value.to;
  const fields = Object.entries(value).map(([key, text]) => `${indent}  ${quoted(key)} = ${quoted(text)}\n`);
  return `{\n${fields.join('')}${indent}}`;
}

function isList(value: HclValue): value is readonly (string | HclReference)[] {
  return Array.isArray(value);
}

function isReference(value: HclReference | Readonly<Record<string, string>>): value is HclReference {
  return value instanceof HclReference;
}

/** A text in which nothing is a template of Terraform's. */
function quoted(text: string): string {
  return JSON.stringify(text)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', () => '%%{');
}
