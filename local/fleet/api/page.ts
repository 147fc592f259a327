import type { Refusal } from './action.ts';

/** A page of a list, and where the next one starts; markers are opaque to callers, as AWS's are. */
export function page<T>(
  items: readonly T[],
  marker: string | undefined,
  size: number,
  refuse: Refusal,
): { items: T[]; next: string | undefined } {
  const start = marker === undefined ? 0 : Number(Buffer.from(marker, 'base64url').toString());
  if (!Number.isSafeInteger(start) || start < 0 || start > items.length)
    throw refuse(`The marker '${marker ?? ''}' is not one that this list handed out`);
  const end = start + size;
  return {
    items: items.slice(start, end),
    next: end < items.length ? Buffer.from(String(end)).toString('base64url') : undefined,
  };
}
