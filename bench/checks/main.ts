// `npm run bench:checks`: all checks of a service at once, against dependencies that answer slowly and one that never does. The whole has to
// take no longer than its slowest check and 2 s; otherwise it exits with 1.
import { setTimeout as sleep } from 'node:timers/promises';
import { allChecks } from '../../lib/checks/all-checks.ts';
import type { CheckWorld } from '../../lib/checks/check.ts';
import { checkService } from '../../lib/usecases/checks/check-service.ts';
import { digestOf, modelSpec, ModelWorld } from '../../test/model/model-world.ts';

const most = 2_000;
/** What each call waits, in turn: most answer quickly, as AWS does, and some are throttled for a while. */
const waits = [20, 60, 150, 400, 900];

const world = new ModelWorld();
world.addImage('412-9f8d111', digestOf('b'));
let calls = 0;

/** Each call of a port waits; those of CloudWatch are never answered. */
function slowed<Port extends object>(port: Port): Port {
  return new Proxy(port, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== 'function') return found;
      return async (...args: unknown[]): Promise<unknown> => {
        if (name === 'alarms') return new Promise(() => undefined);
        await sleep(waits[(calls += 1) % waits.length]);
        return Reflect.apply(found, target, args);
      };
    },
  });
}

const slow: CheckWorld = {
  router: slowed(world.router),
  runtime: slowed(world.runtime),
  capacity: slowed(world.capacity),
  registry: slowed(world.registry),
  facts: slowed(world.facts),
  probe: world.probe,
  store: world.store,
  now: () => new Date(),
  sleep,
};
const spec = modelSpec({ alarms: ['shop-orders'], url: 'https://shop.example.com' });
const started = performance.now();
const results = await checkService(
  { spec, version: 1, appliedBy: 'the bench', appliedAt: new Date(0).toISOString() },
  { image: '412-9f8d111', all: true },
  slow,
);
const whole = performance.now() - started;
const slowest = Math.max(...results.map(({ milliseconds = 0 }) => milliseconds));
const unknown = results.filter(({ result }) => result === 'unknown').map(({ name }) => name);
process.stdout.write(
  `${String(results.length)} of ${String(allChecks.length)} checks in ${whole.toFixed(0)} ms; the slowest took ${slowest.toFixed(0)} ms, so ${(whole - slowest).toFixed(0)} ms more (at most ${String(most)}); without an answer: ${unknown.join(', ')}\n`,
);
// What never answers keeps the process alive.
process.exit(results.length === allChecks.length && whole - slowest <= most ? 0 : 1);
