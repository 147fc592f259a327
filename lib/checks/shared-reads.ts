import type { CheckWorld } from './check.ts';

/** What more than one check reads. */
const sharedNames: ReadonlySet<string | symbol> = new Set([
  'read',
  'entranceOf',
  'healthChecksOf',
  'describe',
  'taskDefinition',
  'imageOf',
  'balancer',
  'targetGroup',
  'tls',
  'imageConfiguration',
] satisfies (keyof CheckWorld['router'] | keyof CheckWorld['runtime'] | keyof CheckWorld['facts'])[]);

/**
 * The same world for checks that run at once: what several of them read is read once, because ELB grants an account 40 `Describe*` calls
 * at a time, and 10 a second after them. A read that failed is made again by the next check that asks.
 */
export function sharedReads<World extends CheckWorld>(world: World): World {
  return {
    ...world,
    router: sharing(world.router),
    runtime: sharing(world.runtime),
    facts: sharing(world.facts),
  };
}

function sharing<Reads extends object>(reads: Reads): Reads {
  const answers = new Map<string, Promise<unknown>>();
  return new Proxy(reads, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      const call = (...asked: readonly unknown[]): unknown => Reflect.apply(value, target, asked);
      if (!sharedNames.has(name)) return call;
      return (...asked: readonly unknown[]) => {
        const key = JSON.stringify([String(name), asked]);
        const found = answers.get(key);
        if (found !== undefined) return found;
        const answer = Promise.resolve(call(...asked)).catch((error: unknown) => {
          answers.delete(key);
          throw error;
        });
        answers.set(key, answer);
        return answer;
      };
    },
  });
}
