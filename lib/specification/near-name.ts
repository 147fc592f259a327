/** Smallest number of letters to insert, delete, replace or swap with their neighbour (optimal string alignment distance). */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replace = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replace, swap));
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/**
 * The name that was probably meant: the nearest one, regardless of case, - and _; `undefined` where none is near. People seldom mistype
 * the first letter, so of two as near the one that begins alike is meant.
 */
export function nearName(written: string, names: readonly string[]): string | undefined {
  if (written.length > 40) return undefined;
  const plain = (name: string) => name.toLowerCase().replaceAll(/[-_ ]/g, '');
  let best: { readonly name: string; readonly far: number } | undefined;
  for (const name of names) {
    const letters = distance(plain(written), plain(name));
    const near = letters <= Math.min(3, Math.floor(Math.max(name.length, written.length) / 3));
    const far = letters + (plain(name).startsWith(plain(written).slice(0, 1)) ? 0 : 0.5);
    if (near && (best === undefined || far < best.far)) best = { name, far };
  }
  return best?.name;
}
