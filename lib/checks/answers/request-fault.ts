import { isSuccess } from '../../drivers/rules/health-matcher.ts';
import type { ProbeAnswer } from '../../ports/probe.ts';
import { plain } from '../../messages/plain.ts';
import type { GreenRequest } from '../../specification/green-requests.ts';
import { parsedJson } from '../../specification/text/parsed-json.ts';

const shownCharacters = 80;

/**
 * Returns what is wrong with an answer besides its time, in words; `undefined` where nothing is. The body is not shown: it may hold what
 * only users of the service should see.
 */
export function requestFault({ expect }: GreenRequest, answer: ProbeAnswer): string | undefined {
  const { status, headers: wanted = {}, body: part, json = {} } = expect;
  const { headers = {}, body = '' } = answer;
  const isGood = status === undefined ? isSuccess(answer.status) : status.includes(answer.status);
  if (!isGood) return `status ${String(answer.status)}, expected ${status?.join(' or ') ?? '200 to 299'}`;
  for (const [name, value] of Object.entries(wanted)) {
    const got = headers[name.toLowerCase()];
    if (got === undefined) return `the header ${name} is missing`;
    if (value !== '*' && got.trim() !== value) return `the header ${name} says "${short(got)}", expected "${value}"`;
  }
  if (part !== undefined && !body.includes(part)) return `the body does not hold "${short(part)}"`;
  for (const [path, value] of Object.entries(json)) {
    const got = fieldOf(body, path);
    if (got === undefined) return `the field ${path} is not in the JSON body`;
    if (got !== value) return `the field ${path} says ${short(JSON.stringify(got))}, expected ${JSON.stringify(value)}`;
  }
  return undefined;
}

/** Returns the value of a field of a JSON body, by names and numbers of entries between dots; `undefined` where there is none. */
export function fieldOf(body: string, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? Reflect.get(value, name)
          : undefined,
      parsedJson(body),
    );
}

/** Returns what a request says that an answer must be like, in words. */
export function expectedText({ expect }: GreenRequest): string {
  const { status, within, headers = {}, body, json = {} } = expect;
  const parts = [
    `status ${status?.join(' or ') ?? '200 to 299'}`,
    `within ${String(Math.round(within * 1000))} ms`,
    ...Object.entries(headers).map(([name, value]) => (value === '*' ? `header ${name}` : `header ${name}: ${value}`)),
    ...(body === undefined ? [] : [`a body with "${short(body)}"`]),
    ...Object.entries(json).map(([path, value]) => `${path} ${JSON.stringify(value)}`),
  ];
  return parts.join(', ');
}

function short(text: string): string {
  return plain(text, shownCharacters);
}
