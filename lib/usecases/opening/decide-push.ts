import { type EcrRegistry, ecrRegistryOf } from '../../specification/ecr-registry.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { tagMatches } from '../../specification/tag-pattern.ts';

/** What was pushed, and where to. */
export interface Pushed {
  /** Empty where the image has none. */
  readonly tag: string;
  /** An event put by hand may leave them out; what EventBridge delivers names both. */
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/** Returns why a push starts no rollout of a service that takes images from its repository; `undefined` where it starts one. */
export function whyIgnored(
  { tag, ...place }: Pushed,
  spec: Pick<RolloutSpec, 'image' | 'taskDefinition'> | undefined,
  home: EcrRegistry,
): string | undefined {
  if (tag === '') return 'the image has no tag';
  if (spec === undefined) return `tag ${tag} does not match any spec`;
  const { tagPattern, registry } = spec.image;
  if (!tagMatches(tagPattern, tag)) return `tag ${tag} does not match ${tagPattern}`;
  const other = otherRegistry(place, registry, home);
  if (other !== undefined) return other;
  if (spec.taskDefinition !== 'from-event') return undefined;
  return 'the spec says taskDefinition: from-event, and a push names none; the event of CI does';
}

/** Repositories of two registries may have one name: why a push is of another than the spec's, or nothing. */
function otherRegistry(
  { account, region }: Pick<Pushed, 'account' | 'region'>,
  registry: string | undefined,
  home: EcrRegistry,
): string | undefined {
  const wanted = registry === undefined ? home : (ecrRegistryOf(registry) ?? home);
  const pushed = { account: account ?? home.account, region: region ?? home.region };
  if (pushed.account === wanted.account && pushed.region === wanted.region) return undefined;
  return `the push is to the registry of account ${pushed.account} in ${pushed.region}; the spec takes images from that of account ${wanted.account} in ${wanted.region}`;
}
