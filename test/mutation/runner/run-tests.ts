import { pathTo, type Group, type RegisteredTest } from './suite.ts';

export interface Outcome {
  readonly test: RegisteredTest;
  readonly failure: string | undefined;
  readonly milliseconds: number;
}

interface Around {
  /** Called before a test and its `beforeEach`, and with nothing afterwards. */
  readonly starts?: (test: RegisteredTest | undefined) => void;
  /** True where the first failure is enough. */
  readonly bail: boolean;
}

/** Runs tests, one after the other; hooks around all tests of a group run when the first and the last of them do. */
export async function runTests(tests: readonly RegisteredTest[], { starts, bail }: Around): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const entered = new Map<Group, string | undefined>();
  for (const test of tests) {
    const groups = pathTo(test.group);
    for (const group of groups) if (!entered.has(group)) entered.set(group, await failureOf(group.hooks.beforeAll));
    const unready = groups.map((group) => entered.get(group)).find((failure) => failure !== undefined);
    starts?.(test);
    const began = performance.now();
    const failure = unready ?? (await failureOfTest(test, groups));
    outcomes.push({ test, failure, milliseconds: performance.now() - began });
    starts?.(undefined);
    if (failure !== undefined && bail) break;
  }
  for (const group of [...entered.keys()].reverse()) await failureOf(group.hooks.afterAll);
  return outcomes;
}

async function failureOfTest(test: RegisteredTest, groups: readonly Group[]): Promise<string | undefined> {
  const before = groups.flatMap(({ hooks }) => hooks.beforeEach);
  const failure = await failureOf([...before, test.run]);
  const after = await failureOf([...groups].reverse().flatMap(({ hooks }) => hooks.afterEach));
  return failure ?? after;
}

async function failureOf(works: readonly (() => unknown)[]): Promise<string | undefined> {
  try {
    for (const work of works) await work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
