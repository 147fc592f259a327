import type { Image } from '../../lib/ports/image-registry.ts';
import { digestOf } from '../model/model-world.ts';
import type { Slots } from './aws/slots.ts';
import type { FaultPlan } from './faults/faults.ts';
import type { Scenario, VersionKind } from './scenario.ts';

const behaviours: Readonly<Record<VersionKind, { errorShare: number; latencySeconds: number; crashes: boolean }>> = {
  good: { errorShare: 0.001, latencySeconds: 0.05, crashes: false },
  bad: { errorShare: 0.3, latencySeconds: 0.05, crashes: false },
  slow: { errorShare: 0.001, latencySeconds: 9, crashes: false },
  crashing: { errorShare: 1, latencySeconds: 0.05, crashes: true },
};

/** Digests and tags of the version that serves at first, of the one that is pushed, and of a later push. */
const versions = [
  { tag: '411-3c9e1f0', digest: digestOf('a') },
  { tag: '412-9f8d111', digest: digestOf('b') },
  { tag: '413-b4dc0de', digest: digestOf('c') },
] as const;

/** True of the version that is pushed first. */
export function isPushed(digest: string): boolean {
  return digest === versions[1].digest;
}

/** Sets how each version of a scenario behaves, and the tasks of both slots before the first rollout. */
export function addVersions(slots: Slots, { spec, tasks, version, nextVersion }: Scenario): void {
  const kinds = ['good', version, nextVersion] as const;
  versions.forEach(({ digest }, index) => {
    slots.behaviours.set(digest, { digest, ...behaviours[kinds[index] ?? 'good'] });
  });
  slots.add('web-a', spec.slots.a.targetGroups, digestOf('a'), tasks);
  slots.add('web-b', spec.slots.b.targetGroups, digestOf('a'), 0);
}

/** Returns the image under a tag or digest; `undefined` where the registry has none at this second. */
export function imageNamed(asked: string, plan: FaultPlan, second: number): Image | undefined {
  const found = versions.find(({ tag, digest }) => asked === tag || asked === digest);
  if (found === undefined || (found === versions[1] && plan.isImageGone(second))) return undefined;
  const { tag, digest } = found;
  return { repositoryUri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web', digest, tags: [tag] };
}
