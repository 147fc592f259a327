import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { folded, Lines } from './lines.ts';
import type { Section } from './sections.ts';

const folder = path.join(import.meta.dirname, 'recorded');

/** Runs a section and returns its text: the lines, then each long value under its hash. */
export async function textOf({ write, isBrief }: Section): Promise<string> {
  const values = new Map<string, string>();
  const lines = new Lines(values, isBrief);
  await write(lines);
  const all = isBrief ? folded(lines.all) : lines.all;
  const long = [...values].sort(([left], [right]) => (left < right ? -1 : 1)).map((pair) => pair.join(' '));
  return `${[...all, ...(long.length > 0 ? ['== values', ...long] : [])].join('\n')}\n`;
}

function fileOf({ name }: Section): string {
  return path.join(folder, `${name}.txt`);
}

/** Returns what was recorded of a section; `undefined` where nothing was. */
export function recordedText(section: Section): string | undefined {
  const file = fileOf(section);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Records a section anew. */
export function writeText(section: Section, text: string): void {
  const file = fileOf(section);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
