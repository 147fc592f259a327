import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

/** Where a run that counts leaves what it has seen, and its report. */
export const folder = path.resolve(import.meta.dirname, '../../.sluice/coverage');

/** Says that a run counts; its workers take it from the process that starts them. */
const variable = 'SLUICE_COVERAGE';

/** What of Jest's options says that only some tests run. */
interface Options {
  readonly testPathPatterns: { isSet(): boolean };
  readonly testNamePattern?: string | undefined;
  readonly onlyChanged: boolean;
  readonly onlyFailures: boolean;
  readonly findRelatedTests: boolean;
  readonly runTestsByPath: boolean;
  readonly shard?: unknown;
  readonly watch: boolean;
  readonly watchAll: boolean;
}

/** Whether all tests run: what some of them leave out says nothing of the code. */
export function isWhole(options: Options): boolean {
  const { onlyChanged, onlyFailures, findRelatedTests, runTestsByPath, watch, watchAll } = options;
  const named = [options.testNamePattern ?? '', options.shard ?? ''].some((one) => one !== '');
  const kinds = [onlyChanged, onlyFailures, findRelatedTests, runTestsByPath, watch, watchAll];
  return !named && !options.testPathPatterns.isSet() && !kinds.includes(true);
}

/** From here on what runs is counted, in this process and in those that it starts. */
export function startCounting(): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.join(folder, 'processes'), { recursive: true });
  process.env[variable] = 'true';
}

export function isCounting(): boolean {
  return process.env[variable] === 'true';
}

const tables = new Map<string, Uint8Array>();

/** Returns the table of a file: one of a process, however many contexts load the file. */
export function tableFor(name: string, places: number): Uint8Array {
  const known = tables.get(name);
  if (known !== undefined) return known;
  const table = new Uint8Array(places);
  tables.set(name, table);
  return table;
}

/** Leaves what has run in this process until now, for the process that tells it. */
export function keepTables(): void {
  if (!isCounting()) return;
  const seen = Object.fromEntries([...tables].map(([name, table]) => [name, table.join('')]));
  writeFileSync(path.join(folder, 'processes', `${process.pid}.json`), JSON.stringify(seen));
}

/** Of each file that any process loaded, whether each place has run. */
export function ranInAll(): ReadonlyMap<string, readonly boolean[]> {
  const all = new Map<string, readonly boolean[]>();
  for (const file of readdirSync(path.join(folder, 'processes'))) {
    const seen = z
      .record(z.string(), z.string())
      .parse(JSON.parse(readFileSync(path.join(folder, 'processes', file), 'utf8')));
    for (const [name, table] of Object.entries(seen)) {
      const before = all.get(name);
      all.set(
        name,
        Array.from(table, (ran, index) => ran === '1' || before?.[index] === true),
      );
    }
  }
  return all;
}
