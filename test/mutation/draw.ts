import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Mutant } from '@stryker-mutator/api/core';

/** How a mutant that was not drawn is told apart from one that could not be tried. */
export const notDrawn = 'not drawn';

/** Which mutants are drawn. */
export interface Draw {
  /** Of all mutants, from 0 to 1. */
  readonly share: number;
  /** From 1: each draws others than the ones before it with the same share, until none are left. */
  readonly turn: number;
}

/** True for about `share` of all mutants, the same ones in every run as long as their code stays where it is. */
export function isDrawn(
  mutant: Pick<Mutant, 'fileName' | 'location' | 'mutatorName' | 'replacement'>,
  { share, turn }: Draw,
): boolean {
  const { fileName, location, mutatorName, replacement } = mutant;
  const { start, end } = location;
  const place = [path.basename(fileName), start.line, start.column, end.line, end.column];
  const name = JSON.stringify([...place, mutatorName, replacement]);
  const at = createHash('sha256').update(name).digest().readUInt32BE() / 2 ** 32;
  const from = (turn - 1) * share;
  return from <= at && at < from + share;
}
