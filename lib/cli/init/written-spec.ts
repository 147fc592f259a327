import { stringify } from 'yaml';
import { parseImageReference } from '../../rollout/image-reference.ts';
import { healthQuestion } from '../../drivers/rules/health-question.ts';
import { checkConditions } from '../../drivers/rules/met-conditions.ts';
import { rolloutSpec } from '../../specification/rollout-spec.ts';
import { ecrRegistryOf, notPrivateEcr } from '../../specification/ecr-registry.ts';
import { tagMatches } from '../../specification/tag-pattern.ts';
import { CliFailure } from '../cli-context.ts';
import type { FoundService, FoundSlot } from './found-service.ts';

/** A spec as a file's text, and what its author should look at. */
export interface WrittenSpec {
  readonly service: string;
  readonly text: string;
  readonly notes: readonly string[];
}

interface Wishes {
  readonly name: string | undefined;
  readonly repository: string | undefined;
  /** The verb that writes it, where that is not init: pushes start rollouts of what init writes alone. */
  readonly verb?: string;
  /** Fields that follow from what was found, besides those of every spec. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

const { shape } = rolloutSpec.in;

/**
 * The spec of a service that was found, with nothing but what has no default, and its health path.
 * @throws CliFailure where its image or its name has to be said by a person
 */
export function writtenSpec(found: FoundService, wishes: Wishes): WrittenSpec {
  const notes: string[] = [];
  const service = wishes.name ?? serviceName(found.slots);
  const repository = wishes.repository ?? repositoryOf(found, notes);
  const registry = wishes.repository === undefined ? registryOf(found) : undefined;
  if (wishes.verb === undefined) noteTag(found, notes);
  const healthPath = healthPathOf(found, notes);
  const [a, b] = found.slots;
  const spec = {
    service,
    ...wishes.fields,
    cluster: found.cluster,
    container: found.container,
    image: { repository, ...(registry && { registry }) },
    slots: { a: writtenSlot(a), b: writtenSlot(b) },
    traffic: verifiableFirst(found.rules, healthPath ?? '/health').map(({ isDefault, listener, arn }) =>
      isDefault ? { listener } : { rule: arn },
    ),
    ...(healthPath === undefined ? {} : { healthPath }),
  };
  const head = `# The rollout spec of ${service}, written by sluice ${wishes.verb ?? 'init'} from what ECS and the load balancers tell.\n# Everything else has a default: steps, gates, times, notifications. See docs/specification.md.\n`;
  // Attached services have one ECS service, whose CPU and memory are not those of one version.
  const gates = wishes.verb === undefined ? presetLines : '';
  return { service, text: `${head}${stringify(spec, { lineWidth: 0 })}${gates}`, notes };
}

/** Limits that every service needs; those of a business need its metrics, and would hold each rollout without them. */
const presetLines = `# Errors, latency, health, availability, CPU and memory, with their limits: docs/specification.md#presets
# [web, business] judges logins, submissions, reports and page loads as well, once the service publishes those metrics.
preset: web
`;

/** Green is verified behind the first entry: one whose conditions the health request meets, where there is one. */
function verifiableFirst(rules: FoundService['rules'], healthPath: string): FoundService['rules'] {
  const isMet = ({ conditions }: FoundService['rules'][number]) => {
    const question = healthQuestion({ healthPath }, { conditions }, { protocol: 'http', host: 'balancer', port: 80 });
    return checkConditions(question, conditions).every(({ outcome }) => outcome === 'met');
  };
  return [...rules.filter(isMet), ...rules.filter((rule) => !isMet(rule))];
}

function writtenSlot({ service, targetGroups }: FoundSlot): object {
  return targetGroups.length === 1 ? { service, targetGroup: targetGroups[0] } : { service, targetGroups };
}

/** What both ECS services are called alike, such as `web` of `web-a` and `web-b`. */
export function serviceName([{ service: one }, { service: two }]: readonly [
  Pick<FoundSlot, 'service'>,
  Pick<FoundSlot, 'service'>,
]): string {
  let same = 0;
  while (same < Math.min(one.length, two.length) && one[same] === two[same]) same += 1;
  const alike = one.slice(0, same).replace(/(?:[-_](?:slot)?)+$/i, '');
  const name = (alike === '' ? one : alike)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '');
  if (shape.service.safeParse(name.slice(0, 32)).success) return name.slice(0, 32);
  throw new CliFailure(`No name for the service follows from ${one} and ${two}. Say one with --name.`);
}

function repositoryOf({ image, container }: FoundService, notes: string[]): string {
  const reference = parseImageReference(image);
  const repository = reference?.repository;
  if (repository === undefined) {
    throw new CliFailure(
      `The image of container ${container} (${image === '' ? 'none' : image}) names no repository. Say which ECR repository its versions come from with --repository.`,
    );
  }
  const { registry = 'its registry' } = reference ?? {};
  if (ecrRegistryOf(registry) === undefined) {
    notes.push(
      `${image} is not in ECR; rollouts take images from the ECR repository ${repository} (--repository). ${notPrivateEcr(registry)}`,
    );
  }
  return repository;
}

/** The registry of the image that runs, where it is another one than that of the account and region of the service. */
function registryOf({ image, slots: [slot] }: FoundService): string | undefined {
  const host = parseImageReference(image)?.registry;
  const registry = ecrRegistryOf(host ?? '');
  const [, , , region, account] = slot.targetGroups[0]?.split(':') ?? [];
  return registry === undefined || (registry.account === account && registry.region === region) ? undefined : host;
}

/** A push of a tag that the default does not match starts nothing. */
function noteTag({ image }: FoundService, notes: string[]): void {
  const tag = parseImageReference(image)?.tag;
  const pattern = shape.image.parse({ repository: 'any/repository' }).tagPattern;
  if (tag === undefined || tagMatches(pattern, tag)) return;
  notes.push(
    `what runs is tagged ${tag}, which image.tagPattern (by default ${pattern}) does not match: pushes of such tags start nothing`,
  );
}

function healthPathOf({ healthPath, managementPort }: FoundService, notes: string[]): string | undefined {
  if (managementPort !== undefined) {
    notes.push(
      `health checks ask ${healthPath ?? ''} on port ${managementPort}, which the load balancer does not lead users to; healthPath stays /health: write a path that the port of the users answers with 2xx, or verify: { by: targetHealth }`,
    );
    return undefined;
  }
  if (healthPath === undefined || healthPath === '/health') return undefined;
  if (shape.healthPath.safeParse(healthPath).success) return healthPath;
  notes.push('the health path of the target group is none that a spec can have; healthPath stays /health');
  return undefined;
}
