import { packageStack } from '../serverless/packaged-stack.ts';
import { isNamed, type Named } from './values.ts';
import type { Lines } from './lines.ts';

/** Records the CloudFormation template: a line for each property of each resource, without hashes of code and paths of handlers. */
export async function writeTemplate(lines: Lines): Promise<void> {
  const { resources, inRoot } = await packageStack('production');
  const ids = Object.keys(resources).sort((left, right) => (stable(left) < stable(right) ? -1 : 1));
  for (const id of ids) {
    const { Type, Properties, ...rest } = resources[id] ?? { Type: 'none', Properties: {} };
    lines.add(`${stable(id)}${inRoot.has(id) ? '' : ' (in a nested stack)'}: ${Type}`, withoutCode(rest));
    for (const [name, value] of Object.entries(Properties).sort(([left], [right]) => (left < right ? -1 : 1))) {
      if (!code.has(name)) lines.add(`  ${name}`, withoutCode(name === 'Handler' ? handlerName(value) : value));
    }
  }
}

/** Properties that are code, or follow from it. */
const code = new Set(['Code', 'CodeSha256']);

/** The id of a version ends with the hash of the code that it stands for, that of a deployment of the API with the time. */
function stable(text: string): string {
  return text
    .replaceAll(/(LambdaVersion)[A-Za-z0-9]{20,}/g, '$1<hash>')
    .replaceAll(/(ApiGatewayDeployment)\d+/g, '$1<time>');
}

/** Files of functions may move; what they are called may not. */
function handlerName(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/^.*\//, '') : value;
}

function withoutCode(value: unknown): unknown {
  if (typeof value === 'string') return stable(value);
  if (Array.isArray(value)) return value.map(withoutCode);
  if (!isNamed(value)) return value;
  const parts: Named = value;
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, withoutCode(part)]));
}
