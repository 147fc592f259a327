import type { Check, CheckWorld } from '../../checks/check.ts';
import { sharedReads } from '../../checks/shared-reads.ts';
import type { Workload } from '../../drivers/layout/layout.ts';
import { listenerFor } from '../../drivers/rules/deleted-rules.ts';
import { trafficOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { ImageSource } from '../../ports/image-registry.ts';
import { once } from '../../ports/once.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';

/** The same world for the checks of one command: what they share with it, or what is read ahead of them, is read once. */
export function readsOfCommand(world: CheckWorld): CheckWorld {
  const shared = sharedReads(world);
  const { router, runtime, capacity, registry, store } = shared;
  const { deployments } = runtime;
  return {
    ...shared,
    router: {
      ...router,
      rulesOf: once((listenerArn: string) => router.rulesOf(listenerArn)),
      ruleRoom: once((listenerArn: string) => router.ruleRoom(listenerArn)),
    },
    runtime: {
      ...runtime,
      imageOf: once((reference: string, container: string) => runtime.imageOf(reference, container)),
      runningDigests: once((workload: Workload, container: string) => runtime.runningDigests(workload, container)),
      ...(deployments !== undefined && {
        deployments: {
          ...deployments,
          newest: once((asked: Pick<Workload, 'cluster' | 'service'>) => deployments.newest(asked)),
        },
      }),
    },
    capacity: {
      ...capacity,
      autoscalingOf: once((workload: Workload) => capacity.autoscalingOf(workload)),
      scalesBy: once((workload: Workload) => capacity.scalesBy(workload)),
      scheduledActions: once((workload: Workload) => capacity.scheduledActions(workload)),
    },
    registry: {
      ...registry,
      find: once((source: ImageSource, tagOrDigest: string) => registry.find(source, tagOrDigest)),
    },
    store: {
      attested: (name, digest) => store.attested(name, digest),
      stops: once((name: string) => store.stops(name)),
      list: once((name: string, atMost: number) => store.list(name, atMost)),
      load: once((rolloutId: string) => store.load(rolloutId)),
      events: once((rolloutId: string, after: number) => store.events(rolloutId, after)),
    },
  };
}

/**
 * Begins what the checks will read by the spec alone, while it is found out which slot serves and which image it runs.
 * An error is for the check that asks, which reads again.
 */
export function readAhead(spec: RolloutSpec, checks: readonly Pick<Check, 'ahead'>[], world: CheckWorld): void {
  const { router, runtime, store } = world;
  const listeners = trafficOf(spec).map(listenerFor);
  const begun: readonly Promise<unknown>[] = [
    ...listeners.slice(0, 1).map((listener) => router.entranceOf(listener)),
    store.stops(spec.service),
    ...(['a', 'b'] as const).map((slot) => definitionsOf(spec, workloadOf(spec, slot), runtime)),
    ...(['a', 'b'] as const).map((slot) => runtime.runningDigests(workloadOf(spec, slot), spec.container)),
    ...checks.flatMap(({ ahead }) => ahead?.(spec, world) ?? []),
  ];
  for (const reading of begun) reading.catch(() => undefined);
}

async function definitionsOf(spec: RolloutSpec, workload: Workload, runtime: CheckWorld['runtime']): Promise<void> {
  const taskDefinition = (await runtime.describe(workload))?.taskDefinition;
  if (taskDefinition === undefined) return;
  const family = familyOf(taskDefinition);
  await Promise.all([
    runtime.imageOf(taskDefinition, spec.container),
    runtime.taskDefinition(taskDefinition),
    spec.taskDefinition === 'latest-of-family' && family !== undefined ? runtime.taskDefinition(family) : undefined,
  ]);
}

/** Returns the family that the ARN of a task definition names. */
export function familyOf(taskDefinition: string): string | undefined {
  return /(?:^|\/)([\w-]+):\d+$/.exec(taskDefinition)?.[1];
}
