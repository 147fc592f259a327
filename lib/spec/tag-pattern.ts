/** Longest tag that ECR takes; longer ones match nothing. */
const longestTag = 128;

/**
 * How many bits of choice a pattern may leave to a matcher that backtracks: five open repetitions over a tag of 128
 * characters, some seconds at the very worst.
 */
const mostBits = 28;
const openRepetitionBits = 5.6;

interface Group {
  /** Whether what stands in it can match in more than one way. */
  varies: boolean;
}

type Token =
  | { readonly kind: 'atom' | 'open' | 'close' | 'either' }
  | { readonly kind: 'repeat'; readonly least: number; readonly most: number };

const repetition = /^(?:([*+?])|\{(\d+)(,(\d+)?)?\})\??/;

function readRepetition(rest: string): { readonly token: Token; readonly length: number } | undefined {
  const [whole, sign, least, comma, most] = repetition.exec(rest) ?? [];
  if (whole === undefined) return undefined;
  const bounds: readonly [number, number] =
    sign === undefined
      ? [Number(least), comma === undefined ? Number(least) : Number(most ?? Number.POSITIVE_INFINITY)]
      : [sign === '+' ? 1 : 0, sign === '?' ? 1 : Number.POSITIVE_INFINITY];
  return { token: { kind: 'repeat', least: bounds[0], most: bounds[1] }, length: whole.length };
}

/** Splits a valid pattern; `undefined` where it uses what a tag needs no more of (look-around, back references). */
function tokens(source: string): readonly Token[] | undefined {
  const found: Token[] = [];
  let rest = source;
  const take = (token: Token, length: number) => {
    found.push(token);
    rest = rest.slice(length);
  };
  while (rest !== '') {
    const repeat = readRepetition(rest);
    const characterClass = /^\[(?:\\.|[^\\\]])*\]/.exec(rest)?.[0];
    if (/^(?:\(\?(?!:)|\\[1-9k])/.test(rest)) return undefined;
    if (repeat !== undefined) take(repeat.token, repeat.length);
    else if (characterClass !== undefined) take({ kind: 'atom' }, characterClass.length);
    else if (rest.startsWith('(')) take({ kind: 'open' }, rest.startsWith('(?:') ? 3 : 1);
    else if (rest.startsWith(')')) take({ kind: 'close' }, 1);
    else if (rest.startsWith('|')) take({ kind: 'either' }, 1);
    else take({ kind: 'atom' }, rest.startsWith('\\') ? 2 : 1);
  }
  return found;
}

/** Bits of choice of a repetition. */
function bitsOf(least: number, most: number): number {
  return Math.min(openRepetitionBits, Math.log2(most - least + 1));
}

/**
 * Why a pattern could take for ever on some tag; `undefined` where it cannot. Sound, not complete: it refuses some harmless
 * patterns, and lets none pass that grows faster than the bound above.
 */
function slowness(source: string): string | undefined {
  const parts = tokens(source);
  if (parts === undefined) return 'uses look-around, a named group or a back reference, expected none of them';
  const groups: Group[] = [{ varies: false }];
  let closed: Group | undefined;
  let bits = 0;
  for (const part of parts) {
    const justClosed = closed;
    closed = undefined;
    const inner = groups.at(-1);
    if (part.kind === 'open') groups.push({ varies: false });
    else if (part.kind === 'close') {
      closed = groups.pop();
      const outer = groups.at(-1);
      if (outer !== undefined && closed?.varies === true) outer.varies = true;
    } else if (part.kind === 'either') {
      bits += 1;
      if (inner !== undefined) inner.varies = true;
    } else if (part.kind === 'repeat') {
      if (part.most > 1 && justClosed?.varies === true) {
        return 'repeats a group that holds a repetition or a choice, expected no repetition of such a group';
      }
      if (part.least > longestTag) {
        return `asks for more than ${longestTag} characters, which no tag has, expected smaller numbers in braces`;
      }
      bits += bitsOf(part.least, part.most);
      if (inner !== undefined && part.most !== part.least) inner.varies = true;
    }
  }
  return bits > mostBits ? 'leaves too much open, expected at most five repetitions such as + or *' : undefined;
}

/** What is wrong with a tag pattern, and what is expected; `undefined` where nothing is. */
export function tagPatternProblem(source: string): string | undefined {
  if (source === '') return 'is empty and matches no tag, expected a regular expression such as \\d+-[0-9a-f]{7,40}';
  try {
    new RegExp(`^(?:${source})$`, 'u');
    new RegExp(source, 'u');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return `is no regular expression (${error.message}), expected one such as \\d+-[0-9a-f]{7,40}`;
  }
  return slowness(source);
}

/** Whether a whole tag matches a pattern; a tag longer than a registry allows never does. */
export function tagMatches(pattern: string, tag: string): boolean {
  return tag.length <= longestTag && new RegExp(`^(?:${pattern})$`, 'u').test(tag);
}
