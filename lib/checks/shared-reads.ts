import { once } from '../ports/once.ts';
import type { CheckWorld } from './check.ts';

/**
 * The same world for checks that run at once: what several of them read is read once, because ELB grants an account 40 `Describe*` calls
 * at a time, and 10 a second after them. A read that failed is made again by the next check that asks.
 */
export function sharedReads<World extends CheckWorld>(world: World): World {
  const { router, runtime, facts } = world;
  return {
    ...world,
    router: {
      ...router,
      read: once((targets: Parameters<typeof router.read>[0]) => router.read(targets)),
      entranceOf: once((listenerArn: string) => router.entranceOf(listenerArn)),
      healthChecksOf: once((groups: readonly string[]) => router.healthChecksOf(groups)),
    },
    runtime: {
      ...runtime,
      describe: once((workload: Parameters<typeof runtime.describe>[0]) => runtime.describe(workload)),
      taskDefinition: once((reference: string) => runtime.taskDefinition(reference)),
    },
    facts: {
      ...facts,
      targetGroup: once((arn: string) => facts.targetGroup(arn)),
      tls: once((host: string, port: number) => facts.tls(host, port)),
    },
  };
}
