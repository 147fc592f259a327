import type { ModelWorld } from '../../test/model/model-world.ts';

/** How often each method of each port was called, by `port.method`, with what the calls took. */
export interface Counted {
  readonly world: ModelWorld;
  readonly calls: ReadonlyMap<string, readonly (readonly unknown[])[]>;
}

const notPorts = new Set(['now', 'sleep', 'randomWord']);

/** The model with every call of a port noted down. */
export function counted(model: ModelWorld): Counted {
  const calls = new Map<string, (readonly unknown[])[]>();
  const noted = (port: string, target: object) =>
    new Proxy(target, {
      get(_, method) {
        const value: unknown = Reflect.get(target, method);
        if (typeof value !== 'function') return value;
        return (...args: readonly unknown[]): unknown => {
          const key = `${port}.${String(method)}`;
          calls.set(key, [...(calls.get(key) ?? []), args]);
          return Reflect.apply(value, target, args);
        };
      },
    });
  const world = new Proxy(model, {
    get(_, name) {
      const value: unknown = Reflect.get(model, name);
      const isPort = typeof value === 'object' && value !== null && !notPorts.has(String(name)) && hasMethods(value);
      return isPort ? noted(String(name), value) : value;
    },
    set: (_, name, value) => Reflect.set(model, name, value),
  });
  return { world, calls };
}

/** Ports have methods of their own or of a class of ours; collections and plain data have not. */
function hasMethods(value: object): boolean {
  if (value instanceof Map || value instanceof Set || Array.isArray(value)) return false;
  const named = [value, Object.getPrototypeOf(value) as object | null].flatMap((each) =>
    each === null || each === Object.prototype ? [] : Object.getOwnPropertyNames(each),
  );
  return named.some((name) => name !== 'constructor' && typeof Reflect.get(value, name) === 'function');
}
