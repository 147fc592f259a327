// `npm run sim`: runs the product many times on a model of AWS in virtual time, with faults, and tells every broken promise.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import type { BatchResult } from './batch.ts';
import { faultsOf } from './faults/draw.ts';
import { OptionError, parseOptions, usage, type SimulationOptions } from './options.ts';
import { drawnScenario } from './scenario.ts';
import { shrink } from './shrink.ts';
import { buildOf } from './build.ts';
import { simulate } from './simulation.ts';
import { storyOf } from './story.ts';

/** Runs that a worker does between two reports. */
const chunk = 50;
/** Stories that are shrunk and told whole; of more broken runs only the seed is told. */
const mostStories = 20;

const batchResult = z.object({
  runs: z.number(),
  violations: z.number(),
  faults: z.number(),
  brokenBy: z.array(z.number()),
});

const say = (text: string) => process.stdout.write(`${text}\n`);

/** All runs, spread over the cores. */
async function runAll({ runs, seed, faults, driver }: SimulationOptions): Promise<BatchResult> {
  const total = { runs: 0, violations: 0, faults: 0, brokenBy: [] as number[] };
  let next = 0;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('worker.ts', import.meta.url));
      const order = () => {
        if (next >= runs) {
          resolve(worker.terminate().then(() => undefined));
          return;
        }
        const count = Math.min(chunk, runs - next);
        worker.postMessage({ seed, from: next, count, faults, driver });
        next += count;
      };
      worker.on('message', (message: unknown) => {
        const done = batchResult.parse(message);
        total.runs += done.runs;
        total.violations += done.violations;
        total.faults += done.faults;
        total.brokenBy.push(...done.brokenBy);
        order();
      });
      worker.on('error', reject);
      order();
    });
  const workers = Math.min(availableParallelism(), Math.ceil(runs / chunk));
  await Promise.all(Array.from({ length: workers }, work));
  return { ...total, brokenBy: total.brokenBy.sort((left, right) => left - right) };
}

async function tellStories(seeds: readonly number[], { faults: kinds, driver }: SimulationOptions): Promise<void> {
  const build = buildOf();
  for (const seed of seeds.slice(0, mostStories)) {
    const scenario = drawnScenario(seed, driver);
    const faults = faultsOf(scenario, kinds);
    const { violations } = await simulate(scenario, faults, build);
    for (const invariant of new Set(violations.map((one) => one.invariant))) {
      const shrunk = await shrink(scenario, faults, invariant, build);
      const violation = shrunk.outcome.violations.find((one) => one.invariant === invariant);
      if (violation !== undefined) say(`${storyOf(scenario, violation, shrunk)}\n`);
    }
  }
  for (const seed of seeds.slice(mostStories)) say(`run ${String(seed)} breaks a promise, too.`);
}

/** The whole course of one run, nothing left out. */
async function tellOne(seed: number, { faults: kinds, driver }: SimulationOptions): Promise<number> {
  const scenario = drawnScenario(seed, driver);
  const { story, violations } = await simulate(scenario, faultsOf(scenario, kinds), buildOf());
  for (const { at, said } of story) say(`${at.toFixed(1).padStart(9)} s  ${said}`);
  say(`${String(violations.length)} promise(s) broken.`);
  return violations.length === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    say(usage);
    return 0;
  }
  const options = parseOptions(process.argv.slice(2), () => Math.floor(Math.random() * 2 ** 32));
  if (options.only !== undefined) return tellOne(options.only, options);
  const began = performance.now();
  const { runs, violations, faults, brokenBy } = await runAll(options);
  await tellStories(brokenBy, options);
  const seconds = Math.round((performance.now() - began) / 1000);
  const { seed } = options;
  say(
    options.json
      ? JSON.stringify({ runs, violations, faults, seed })
      : `${String(runs)} runs with ${String(faults)} faults, ${String(violations)} broken promises, seed ${String(seed)}, ${String(seconds)} s`,
  );
  return violations === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof OptionError)) throw error;
  process.stderr.write(`sim: ${error.message}\n`);
  process.exitCode = 2;
}
