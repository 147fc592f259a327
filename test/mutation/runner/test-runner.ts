import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { InstrumenterContext } from '@stryker-mutator/api/core';
import {
  determineHitLimitReached,
  DryRunStatus,
  MutantRunStatus,
  TestStatus,
  type DryRunResult,
  type MutantRunOptions,
  type MutantRunResult,
  type TestRunner,
} from '@stryker-mutator/api/test-runner';
import * as z from 'zod';
import { type Draw, isDrawn, notDrawn } from '../draw.ts';
import { distancesTo, hookImports, importFile, startGeneration } from './modules.ts';
import { runTests, type Outcome } from './run-tests.ts';
import { testsOf, type RegisteredTest } from './suite.ts';

declare global {
  var __stryker__: InstrumenterContext | undefined;
}

/**
 * What the first run leaves for every process that runs tests: how long each test takes (the short ones are tried first), and
 * the tests that run the code of a mutant.
 */
const firstRunFile = 'first-run.json';
const firstRun = z.object({
  milliseconds: z.record(z.string(), z.number()),
  coveredBy: z.record(z.string(), z.array(z.string())),
});

/**
 * Runs Jest's tests in one process, without Jest: it needs a second or more to start for each mutant, this runner a millisecond.
 *
 * Code that runs in a test is mutated while loaded. Where that is not noticed, what runs as a file is loaded (a table, a schema) is
 * loaded anew with the mutant; then only test files that import the mutated file run, the nearest first.
 */
export class InProcessRunner implements TestRunner {
  private readonly files: readonly string[];
  private tests: ReadonlyMap<string, RegisteredTest> | undefined;
  private known: z.infer<typeof firstRun> | undefined;

  private readonly draw: Draw;

  constructor({ files, share, turn }: Draw & { readonly files: readonly string[] }) {
    this.draw = { share, turn };
    this.files = files.map((file) => path.resolve(file));
    hookImports();
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun(): Promise<DryRunResult> {
    const context = stryker();
    delete context.currentTestId;
    const tests = await this.loaded();
    const outcomes = await runTests([...tests.values()], {
      bail: false,
      starts: (test) => {
        if (test === undefined) delete context.currentTestId;
        else context.currentTestId = test.id;
      },
    });
    const milliseconds = Object.fromEntries(outcomes.map((outcome) => [outcome.test.id, outcome.milliseconds]));
    const coveredBy = coveringTests(context.mutantCoverage?.perTest ?? {});
    writeFileSync(firstRunFile, JSON.stringify({ milliseconds, coveredBy }));
    return {
      status: DryRunStatus.Complete,
      tests: outcomes.map(resultOf),
      ...(context.mutantCoverage === undefined ? {} : { mutantCoverage: context.mutantCoverage }),
    };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    if (!isDrawn(options.activeMutant, this.draw)) return { status: MutantRunStatus.Error, errorMessage: notDrawn };
    const context = stryker();
    const all = await this.loaded();
    if (options.hitLimit === undefined) delete context.hitLimit;
    else context.hitLimit = options.hitLimit;
    context.hitCount = 0;
    context.activeMutant = options.activeMutant.id;
    try {
      const covering = options.testFilter ?? this.firstRun().coveredBy[options.activeMutant.id] ?? [];
      const outcomes = await runTests(this.shortestFirst(covering.flatMap((id) => all.get(id) ?? [])), { bail: true });
      const isNoticed = outcomes.some(({ failure }) => failure !== undefined);
      if (options.testFilter === undefined && !isNoticed)
        outcomes.push(...(await this.loadedWithMutant(options.sandboxFileName)));
      return determineHitLimit(context) ?? resultOfMutant(outcomes);
    } finally {
      delete context.activeMutant;
      delete context.hitCount;
      delete context.hitLimit;
    }
  }

  /** The tests of every file, loaded once without a mutant. */
  private async loaded(): Promise<ReadonlyMap<string, RegisteredTest>> {
    if (this.tests !== undefined) return this.tests;
    const tests = new Map<string, RegisteredTest>();
    for (const file of this.files) for (const test of await testsIn(file)) tests.set(test.id, test);
    this.tests = tests;
    return tests;
  }

  private async loadedWithMutant(mutated: string): Promise<Outcome[]> {
    const distances = distancesTo(mutated);
    const name = path.basename(mutated, '.ts');
    const rank = (file: string) => (path.basename(file, '.test.ts') === name ? 0 : (distances.get(file) ?? 0));
    const related = this.files.filter((file) => distances.has(file)).sort((a, b) => rank(a) - rank(b));
    const outcomes: Outcome[] = [];
    startGeneration();
    for (const file of related) {
      let tests: readonly RegisteredTest[];
      try {
        tests = await testsIn(file);
      } catch (error) {
        // A file that no longer loads is a file whose tests fail.
        const failure = `does not load: ${error instanceof Error ? error.message : String(error)}`;
        return [...outcomes, { test: unloaded(file), failure, milliseconds: 0 }];
      }
      outcomes.push(...(await runTests(this.shortestFirst(tests), { bail: true })));
      if (outcomes.at(-1)?.failure !== undefined) return outcomes;
    }
    return outcomes;
  }

  private shortestFirst(tests: readonly RegisteredTest[]): RegisteredTest[] {
    const { milliseconds } = this.firstRun();
    return [...tests].sort((a, b) => (milliseconds[a.id] ?? 0) - (milliseconds[b.id] ?? 0));
  }

  private firstRun(): z.infer<typeof firstRun> {
    return (this.known ??= firstRun.parse(JSON.parse(readFileSync(firstRunFile, 'utf8'))));
  }
}

function coveringTests(perTest: Readonly<Record<string, Readonly<Record<string, number>>>>): Record<string, string[]> {
  const covering: Record<string, string[]> = {};
  for (const [test, hits] of Object.entries(perTest))
    for (const mutant of Object.keys(hits)) (covering[mutant] ??= []).push(test);
  return covering;
}

function stryker(): InstrumenterContext {
  return (globalThis.__stryker__ ??= {});
}

function testsIn(file: string): Promise<RegisteredTest[]> {
  return testsOf(path.relative(process.cwd(), file), () => importFile(file));
}

function unloaded(file: string): RegisteredTest {
  const hooks = { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] };
  const id = path.relative(process.cwd(), file);
  return { id, group: { name: id, parent: undefined, hooks }, run: () => undefined };
}

function resultOf({ test, failure, milliseconds }: Outcome) {
  const base = { id: test.id, name: test.id, timeSpentMs: milliseconds };
  return failure === undefined
    ? { ...base, status: TestStatus.Success as const }
    : { ...base, status: TestStatus.Failed as const, failureMessage: failure };
}

function determineHitLimit({ hitCount, hitLimit }: InstrumenterContext): MutantRunResult | undefined {
  const reached = determineHitLimitReached(hitCount, hitLimit);
  return reached === undefined ? undefined : { status: MutantRunStatus.Timeout, reason: reached.reason ?? '' };
}

function resultOfMutant(outcomes: readonly Outcome[]): MutantRunResult {
  const failed = outcomes.find(({ failure }) => failure !== undefined);
  return failed === undefined
    ? { status: MutantRunStatus.Survived, nrOfTests: outcomes.length }
    : {
        status: MutantRunStatus.Killed,
        killedBy: [failed.test.id],
        failureMessage: failed.failure ?? '',
        nrOfTests: outcomes.length,
      };
}
