import { readdir, readFile } from 'node:fs/promises';

export interface PeakMemory {
  /** Ends the sampling; the highest total seen in MB (10^6 bytes), `undefined` where the system does not tell. */
  stop(): Promise<number | undefined>;
}

/**
 * Samples the proportional set size (PSS: shared pages are split among those that share them) of a process and all its
 * descendants, from `/proc`. A sample of twenty processes costs 40 ms of processor time, hence the pause between two.
 *
 * @param measure How many MB the tree of a process holds now; `undefined` where the system does not tell.
 */
export function samplePeakMemory(root = process.pid, everySeconds = 3, measure = memoryOfTree): PeakMemory {
  let peak: number | undefined;
  let sampling: Promise<void> | undefined;
  const sample = async () => {
    const total = await measure(root);
    if (total !== undefined) peak = Math.max(peak ?? 0, total);
  };
  // A sample that takes longer than the interval is not overtaken by the next.
  const begin = () =>
    (sampling ??= sample().finally(() => {
      sampling = undefined;
    }));
  const timer = setInterval(() => void begin(), everySeconds * 1000).unref();
  void begin();
  return {
    stop: async () => {
      clearInterval(timer);
      await sampling;
      await begin();
      return peak;
    },
  };
}

/** PSS of a process and all its descendants in MB; `undefined` where there is no `/proc`. */
export async function memoryOfTree(root: number): Promise<number | undefined> {
  const parents = await parentByPid();
  if (parents.size === 0) return undefined;
  const tree = [root];
  for (const pid of tree) {
    for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  }
  let kilobytes = 0;
  for (const pid of tree) kilobytes += await pssOf(pid);
  return kilobytes === 0 ? undefined : (kilobytes * 1024) / 1e6;
}

async function parentByPid(): Promise<ReadonlyMap<number, number>> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await contentOf(`/proc/${name}/stat`);
    // The command name, in parentheses, may itself hold spaces and parentheses.
    const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  return parents;
}

async function pssOf(pid: number): Promise<number> {
  const match = /^Pss:\s+(\d+) kB$/m.exec(await contentOf(`/proc/${pid}/smaps_rollup`));
  return Number(match?.[1] ?? 0);
}

/** Empty where the process has ended meanwhile, or belongs to somebody else. */
function contentOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
