import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { domainOfPartition } from '../../specification/aws-domain.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { CliFailure } from '../cli-context.ts';

/** Makers of pipelines, as `--ci` names them. */
export const pipelines = ['github', 'gitlab', 'codepipeline'] as const;
export type Pipeline = (typeof pipelines)[number];

interface CiFile {
  /** Below `examples/ci`. */
  readonly from: string;
  /** Below the root of the repository. */
  readonly to: string;
}

const script = 'github/actions/roll-out/roll-out.sh';
const files: Readonly<Record<Pipeline, readonly CiFile[]>> = {
  github: [
    { from: 'github/workflows/deploy.yml', to: '.github/workflows/deploy.yml' },
    { from: 'github/workflows/roll-out.yml', to: '.github/workflows/roll-out.yml' },
    { from: 'github/actions/roll-out/action.yml', to: '.github/actions/roll-out/action.yml' },
    { from: script, to: '.github/actions/roll-out/roll-out.sh' },
  ],
  gitlab: [
    { from: 'gitlab/.gitlab-ci.yml', to: '.gitlab-ci.yml' },
    { from: script, to: 'ci/roll-out.sh' },
  ],
  codepipeline: [
    { from: 'codepipeline/buildspec.yml', to: 'buildspec.yml' },
    { from: 'codepipeline/pipeline.yml', to: 'pipeline.yml' },
    { from: script, to: 'ci/roll-out.sh' },
  ],
};

/** Where the examples are: beside the bundle, where the build puts them, or in the clone. */
const places = ['../ci/', '../../../examples/ci/'].map((place) => new URL(place, import.meta.url));

/** What stands in the examples, and what a service has in its place. */
interface CiValues {
  readonly service: string;
  readonly repository: string;
  /** Host of the registry of its images. */
  readonly registry: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
}

/** Returns the files of a pipeline that rolls a service out, by where they belong in its repository. */
export async function ciFiles(pipeline: Pipeline, values: CiValues): Promise<ReadonlyMap<string, string>> {
  const folder = places.find((place) => existsSync(new URL('github/', place)));
  if (folder === undefined)
    throw new CliFailure('The files of pipelines are not in this package. Make it again: npm pack');
  const read = files[pipeline].map(async ({ from, to }) => {
    const text = await readFile(new URL(from, folder), 'utf8');
    return [to, from === script ? text : withValues(text, values)] as const;
  });
  return new Map(await Promise.all(read));
}

/** @param targetGroup ARN of one of its target groups: it names account and region */
export function ciValuesOf({ service, image }: Pick<RolloutSpec, 'service' | 'image'>, targetGroup: string): CiValues {
  const [, partition = '', , region = '', account = ''] = targetGroup.split(':');
  const registry = image.registry ?? `${account}.dkr.ecr.${region}.${domainOfPartition(partition)}`;
  return { service, repository: image.repository, registry, region, account, partition };
}

function withValues(text: string, { service, repository, registry, region, account, partition }: CiValues): string {
  const values: Readonly<Record<string, string>> = {
    '111122223333.dkr.ecr.eu-west-1.amazonaws.com': registry,
    '111122223333': account,
    'eu-west-1': region,
    'shop/web': repository,
    'arn:aws:': `arn:${partition}:`,
    web: service,
  };
  // In one pass, the longest first: what was put in may hold another place.
  const places =
    /111122223333\.dkr\.ecr\.eu-west-1\.amazonaws\.com|111122223333|eu-west-1|shop\/web|arn:aws:|(?<=service: |SERVICE: |Default: |roll-out-|deploy-|^ {2})web\b/gm;
  return text.replaceAll(places, (place) => values[place] ?? place);
}
