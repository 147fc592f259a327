/**
 * Runs something while a new Date is what a clock says. The local interpreter of the machines stamps an execution with the time of
 * this computer, and a record may not depend on it.
 */
export async function atVirtualTime<Result>(clock: () => number, run: () => Promise<Result>): Promise<Result> {
  const real = Date;
  const virtual = new Proxy(real, {
    construct: (target, args: unknown[], as) => {
      const made: unknown = Reflect.construct(target, args.length === 0 ? [clock()] : args, as);
      if (typeof made !== 'object' || made === null) throw new Error('a date is no object');
      return made;
    },
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      return name === 'now' ? clock : member;
    },
  });
  Reflect.set(globalThis, 'Date', virtual);
  try {
    return await run();
  } finally {
    Reflect.set(globalThis, 'Date', real);
  }
}
