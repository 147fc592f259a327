import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Mutant } from '@stryker-mutator/api/core';

/** How a mutant that was not drawn is told apart from one that could not be tried. */
export const notDrawn = 'not drawn';

/** True for about `share` of all mutants, the same ones in every run as long as their code stays where it is. */
export function isDrawn(mutant: Pick<Mutant, 'fileName' | 'location' | 'mutatorName' | 'replacement'>, share: number) {
  const { fileName, location, mutatorName, replacement } = mutant;
  const { start, end } = location;
  const place = [path.basename(fileName), start.line, start.column, end.line, end.column];
  const name = JSON.stringify([...place, mutatorName, replacement]);
  return createHash('sha256').update(name).digest().readUInt32BE() < share * 2 ** 32;
}
