import type { RolloutSpec } from '../specification/rollout-spec.ts';
import { parsedJson } from '../specification/text/parsed-json.ts';
import type { PinnedImage } from './event-shapes.ts';

type Verify = NonNullable<RolloutSpec['verify']>;

/** What of an answer may say which version gave it. */
interface Shown {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

/** What green's answers must say of its image; `undefined` where the image has no such name. */
export function expectedVersion({ expects = 'tag' }: Verify, { tag, digest }: PinnedImage): string | undefined {
  if (expects === 'digest') return digest;
  return expects === 'tag' ? tag : tag?.split('-').at(-1);
}

/** Which version an answer says that it is from; `undefined` where it says none. */
export function shownVersion({ header, bodyField }: Verify, { headers = {}, body = '' }: Shown): string | undefined {
  if (header !== undefined) return headers[header.toLowerCase()]?.trim();
  let value: unknown = parsedJson(body);
  for (const name of (bodyField ?? '').split('.')) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : undefined;
}

/** Fewest characters of a commit that tell it from others. */
const shortestCommit = 7;

/** Whether what an answer says is what is expected. A commit may be written short on either side, a digest without its algorithm. */
export function isVersion({ expects = 'tag' }: Verify, shown: string, expected: string): boolean {
  if (expects === 'digest') return shown.replace(/^sha256:/, '') === expected.replace(/^sha256:/, '');
  if (expects === 'tag') return shown === expected;
  const [short = '', long = ''] = [shown, expected].toSorted((left, right) => left.length - right.length);
  return short.length >= shortestCommit && long.startsWith(short);
}
