/** A version as numbers: `412` of the tag `412-9f8d111`, `1.4.2` of `v1.4.2`. */
type Version = readonly number[];

const signs = ['>=', '<=', '>', '<', '='] as const;
type Sign = (typeof signs)[number];

interface Term {
  readonly sign: Sign;
  readonly version: Version;
}

const termPattern = /^(>=|<=|>|<|=)\s*v?(\d{1,9}(?:\.\d{1,9}){0,3})/;

function termsOf(text: string): readonly Term[] | undefined {
  const terms: Term[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const found = termPattern.exec(rest);
    const sign = signs.find((one) => one === found?.[1]);
    if (found === null || sign === undefined) return undefined;
    terms.push({ sign, version: (found[2] ?? '').split('.').map(Number) });
    const after = rest.slice(found[0].length);
    // A number that goes on is no number: `>= 412x`.
    if (after !== '' && !/^[\s,]/.test(after)) return undefined;
    rest = after.replace(/^[\s,]+/, '');
  }
  return terms.length === 0 ? undefined : terms;
}

/** Returns what is wrong with a need; `undefined` for one such as `>= 412` or `>= 1.4, < 2`. */
export function needProblem(text: string): string | undefined {
  return termsOf(text) === undefined ? 'is no need, expected versions such as >= 412, or >= 1.4, < 2' : undefined;
}

/** The numbers that a tag begins with; `undefined` where it begins with none. */
function versionOf(tag: string): Version | undefined {
  const found = /^v?(\d{1,9}(?:\.\d{1,9}){0,3})(?![\d.]*[a-z0-9])/i.exec(tag)?.[1];
  return found?.split('.').map(Number);
}

/** Negative where the first is lower; a part that is missing counts as 0. */
function compare(one: Version, other: Version): number {
  for (let part = 0; part < Math.max(one.length, other.length); part += 1) {
    const difference = (one[part] ?? 0) - (other[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const holds: Readonly<Record<Sign, (difference: number) => boolean>> = {
  '>=': (difference) => difference >= 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '<': (difference) => difference < 0,
  '=': (difference) => difference === 0,
};

/** Returns whether a tag is of a version that is needed; `unknown` where the tag names no version, or is not known. */
export function isNeedMet(need: string, tag: string | undefined): 'met' | 'notMet' | 'unknown' {
  const terms = termsOf(need);
  const version = tag === undefined ? undefined : versionOf(tag);
  if (terms === undefined || version === undefined) return 'unknown';
  return terms.every(({ sign, version: wanted }) => holds[sign](compare(version, wanted))) ? 'met' : 'notMet';
}
