import type { Lines } from '../lines.ts';
import { isNamed, type Named } from '../values.ts';
import type { SdkRequest } from './replay.ts';

const reads = /^(?:Describe|Get|List|Query|Lookup)/;

/** Adds one request to a record; each write of a transaction on a line of its own. */
export function writeRequest({ service, command, input }: SdkRequest, lines: Lines): void {
  if (lines.isBrief && reads.test(command)) return;
  const writes = input['TransactItems'];
  if (!Array.isArray(writes)) {
    lines.add(`    ${service} ${command}`, input, `${service} ${command} ${nameOf(input)}`);
    return;
  }
  lines.add(`    ${service} ${command}`);
  for (const write of writes) if (isNamed(write)) writeOne(write, lines);
}

function writeOne(write: Named, lines: Lines): void {
  for (const [kind, one] of Object.entries(write)) {
    if (isNamed(one)) lines.add(`      ${kind}`, one, `${kind} ${nameOf(one)}`);
  }
}

/** What a request is about: a later one about the same thing differs little. */
function nameOf(input: Named): string {
  const item = isNamed(input['Item']) ? input['Item'] : input['Key'];
  const key = isNamed(item) ? `${String(item['pk'])} ${String(item['sk']).replace(/\d+$/, '')}` : '';
  const event = isNamed(item) ? (/"type":"(\w+)"/.exec(String(item['recorded']))?.[1] ?? '') : '';
  return `${JSON.stringify(input['Name'] ?? input['service'] ?? input['RuleArn'] ?? '')} ${key} ${event}`;
}
