import type { Probe } from '../ports/probe.ts';
import { messageOf } from '../specification/text/message-of.ts';
import type { HttpDependencySettings } from '../specification/data-checks.ts';
import { type Seen, together, vpcOf } from './asked-data.ts';
import type { Check } from './check.ts';

/** A version that starts while what it calls is away is judged by errors that are not its own. */
export const httpDependencies: Check = {
  name: 'http-dependencies',
  expected: 'every dependency to answer with a status that is good, in time',
  page: {
    asks: 'Do the services that the service calls answer?',
    reads:
      'one GET of each URL of `dependencies`, by the functions, or with `probe` by the [probe](deploy.md#internal-load-balancers) in the VPC',
    rights: [],
    fails: 'one answers with another status, or later than `within` (1s by default)',
    fix: 'have the dependency mended first, or correct what is expected of it',
    answers: 'HTTP dependencies answer',
  },
  async observe({ spec }, world) {
    const { dependencies = [], probe: isInVpc = false } = spec.checks?.['http-dependencies'] ?? {};
    const probe = isInVpc ? world.probe.inVpc(await vpcOf(spec, world)) : world.probe;
    return together(await Promise.all(dependencies.map((one) => seenOf(one, probe))));
  },
};

/** Longer than any `within`, so that a slow answer is told from none. */
const seconds = 3.5;

async function seenOf({ name, url, within, status: good }: HttpDependencySettings, probe: Probe): Promise<Seen> {
  try {
    const { status, milliseconds } = await probe.get(url, {}, seconds);
    const saw = `${String(status)} in ${String(milliseconds)} ms`;
    const isGood = good === undefined ? status >= 200 && status < 300 : good.includes(status);
    return { name, passed: isGood && milliseconds <= within * 1000, saw };
  } catch (error) {
    return { name, passed: false, isUnknown: true, saw: messageOf(error) };
  }
}
