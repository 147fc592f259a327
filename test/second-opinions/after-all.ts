import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { opinionOnRequests } from './recorded-requests.ts';
import { recordedFolder } from './recorded-folder.ts';

/** What the end-to-end tests came to when this was written; fewer mean that requests are no longer seen. */
const fewest = { requests: 1300, operations: 73 };

/**
 * After all tests: holds every request of the end-to-end tests against botocore's models.
 * @throws where one is not valid, or, after a run of all end-to-end tests, where too few were seen
 */
export default async function afterAll(): Promise<void> {
  const folder = recordedFolder();
  if (folder === undefined) return;
  try {
    await judge(folder, readdirSync(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function judge(folder: string, recorded: readonly string[]): Promise<void> {
  if (recorded.length === 0) return;
  const all = path.join(folder, 'all.jsonl');
  writeFileSync(all, recorded.map((name) => readFileSync(path.join(folder, name), 'utf8')).join(''));
  const { requests, operations, problems, unknown } = await opinionOnRequests(all);
  const kinds = Object.keys(operations).length;
  const found = [...Object.entries(problems), ...Object.entries(unknown)].map(([what, times]) => `${times} x ${what}`);
  const missing = readdirSync(path.resolve(import.meta.dirname, '../e2e')).filter(
    (name) => name.endsWith('.test.ts') && !recorded.includes(name),
  );
  if (missing.length === 0 && (requests < fewest.requests || kinds < fewest.operations)) {
    found.push(`only ${requests} requests of ${kinds} operations were seen, ${JSON.stringify(fewest)} are expected`);
  }
  if (found.length > 0) throw new Error(`requests that AWS would refuse, by botocore's models:\n${found.join('\n')}`);
  process.stdout.write(`${requests} requests of ${kinds} operations are valid by botocore's models.\n`);
}
