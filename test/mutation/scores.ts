import path from 'node:path';
import type { MutantResult } from '@stryker-mutator/api/core';

const noticed = new Set(['Killed', 'Timeout']);
const unnoticed = new Set(['Survived', 'NoCoverage']);

/** Lines with the score of each file, the mutants that no test noticed, and the score of the room. */
export function tellScores(room: string, mutants: readonly MutantResult[]): string {
  const files = Map.groupBy(mutants, ({ fileName }) => path.relative(process.cwd(), fileName));
  const lines = [...files]
    .sort()
    .flatMap(([file, ofFile]) => [`${file}: ${scoreOf(ofFile)}`, ...ofFile.filter(isUnnoticed).map(tell)]);
  return `${[...lines, `${room}: ${scoreOf(mutants)}`].join('\n')}\n`;
}

function isUnnoticed({ status }: MutantResult): boolean {
  return unnoticed.has(status);
}

/** Mutants that were noticed, of those that could be tried; a mutant that runs forever is noticed. */
function scoreOf(mutants: readonly MutantResult[]): string {
  const caught = mutants.filter(({ status }) => noticed.has(status)).length;
  const all = caught + mutants.filter(isUnnoticed).length;
  const endless = mutants.filter(({ status }) => status === 'Timeout').length;
  const ofThem = endless === 0 ? '' : `, ${endless} of them without end`;
  return all === 0 ? 'nothing to change' : `${((100 * caught) / all).toFixed(1)} % (${caught} of ${all}${ofThem})`;
}

function tell({ location: { start }, mutatorName, replacement, status }: MutantResult): string {
  const where = `${start.line}:${start.column}`;
  const into = replacement.replaceAll(/\s+/g, ' ').slice(0, 100);
  return `  ${where} ${mutatorName} ${status === 'NoCoverage' ? '(no test runs it) ' : ''}${into}`;
}
