import { bind } from 'jest-each';

type Work = () => unknown;
type HookName = 'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll';

/** A `describe` or, at the top, a file with tests. */
export interface Group {
  readonly name: string;
  readonly parent: Group | undefined;
  readonly hooks: Readonly<Record<HookName, Work[]>>;
}

/** One test, under a name that no other test of its file has. */
export interface RegisteredTest {
  readonly id: string;
  readonly group: Group;
  readonly run: Work;
}

let group = newGroup('', undefined);
let registered: RegisteredTest[] = [];

/** Returns the tests that `load` registers by importing `file`. */
export async function testsOf(file: string, load: () => Promise<unknown>): Promise<RegisteredTest[]> {
  group = newGroup(file, undefined);
  registered = [];
  await load();
  return registered;
}

/** Groups from the file down to the one given. */
export function pathTo(inner: Group): Group[] {
  return inner.parent === undefined ? [inner] : [...pathTo(inner.parent), inner];
}

function newGroup(name: string, parent: Group | undefined): Group {
  return { name, parent, hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] } };
}

function addGroup(name: string, body: () => void): void {
  const outer = group;
  group = newGroup(name, outer);
  try {
    body();
  } finally {
    group = outer;
  }
}

function addTest(name: string, run: Work): void {
  const title = [...pathTo(group).map((part) => part.name), name].join(' > ');
  const namesakes = registered.filter(({ id }) => id === title || id.startsWith(`${title} #`)).length;
  registered.push({ id: namesakes === 0 ? title : `${title} #${namesakes + 1}`, group, run });
}

const addHook = (name: HookName) => (work: Work) => {
  group.hooks[name].push(work);
};

/** Tests, one for each row of a table. */
type Each = (rows: readonly unknown[]) => (name: string, body: (...row: readonly never[]) => unknown) => void;
const eachGroup: Each = bind(addGroup, false);
const eachTest: Each = bind(addTest, false);

export const describe = Object.assign(addGroup, { each: eachGroup });
export const test = Object.assign(addTest, { each: eachTest });
export const beforeAll = addHook('beforeAll');
export const beforeEach = addHook('beforeEach');
export const afterEach = addHook('afterEach');
export const afterAll = addHook('afterAll');
export { expect } from 'expect';
