import { createHash } from 'node:crypto';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { constants, zstdDecompressSync } from 'node:zlib';
import * as z from 'zod';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { projectRoot } from '../../local/stack/project-root.ts';
import { zipOf } from '../emulator/zip.ts';

const texts = z.record(z.string(), z.string());
const has = (key: string) => (value: unknown) => typeof value === 'object' && value !== null && key in value;
const released = z.object({
  version: z.string(),
  commit: z.string(),
  /** What a deployment of the package reads, by path. */
  files: texts,
  /** The files of each function's zip, by the function's name. */
  functions: z.record(z.string(), texts),
  /** The `sluice` command as one file. */
  commandLine: z.string(),
  /** What its code writes into the record. */
  record: z.object({
    at: z.string(),
    /** One event of every type. */
    events: z.record(z.string(), z.custom<RolloutEvent>(has('type'))),
    /** A state in every phase. */
    states: z.record(z.string(), z.custom<RolloutState>(has('phase'))),
    /** By phase and type of event: the phase that the event leads to. What is not allowed is absent. */
    becomes: z.record(z.string(), z.record(z.string(), z.string())),
  }),
});

/** A state of the product that people may have deployed, as `scripts/package-release.mjs` keeps it. */
export type ReleasedStack = z.output<typeof released>;

/** What the package says of each function's code. */
const codeHash = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z
        .looseObject({ FunctionName: z.unknown().optional(), CodeSha256: z.string().optional() })
        .default({}),
    }),
  ),
});

/** SHA-256 of each kept document, which the script prints as well. */
const checksums = { '0.1.0': 'b8f653e35070fdeb0637f40866bd4ef5b6522f2088fdbb8bcbd688211491131d' } as const;

/** Reads a kept release. @throws where the file is not the one that was made from the clone's history */
export async function releasedStack(version: keyof typeof checksums): Promise<ReleasedStack> {
  const file = path.join(projectRoot, `test/upgrade/fixtures/sluice-${version}.json.zst`);
  const params = { [constants.ZSTD_d_windowLogMax]: 27 };
  const document = zstdDecompressSync(await readFile(file), { params });
  const found = createHash('sha256').update(document).digest('hex');
  if (found !== checksums[version]) {
    throw new Error(`${file} has the SHA-256 ${found}, not ${checksums[version]}: it is not what the release was.`);
  }
  return released.parse(JSON.parse(document.toString('utf8')));
}

/** Name of the template within the package. */
const templateFile = '.serverless/cloudformation-template-update-stack.json';

/** The template that the release deploys for the stage `local`. */
export function releasedTemplate(release: ReleasedStack): unknown {
  return JSON.parse(release.files[templateFile] ?? '');
}

/** Writes the package into an empty folder, so that `serverless deploy --package .serverless` deploys it from there. */
export async function unpackRelease(release: ReleasedStack, folder: string): Promise<void> {
  const zips = new Map(Object.entries(release.functions).map(([name, files]) => [name, zipped(files)]));
  const rehashed = rehash(release, zips);
  for (const [name, text] of Object.entries(release.files)) await put(path.join(folder, name), rehashed(text));
  for (const [name, zip] of zips) await put(path.join(folder, '.serverless', `${name}.zip`), zip);
  await put(path.join(folder, 'lib/cli/main.mjs'), release.commandLine);
  await symlink(path.join(projectRoot, 'node_modules'), path.join(folder, 'node_modules'));
}

/** The zip of a function, which is one file. */
function zipped(files: z.output<typeof texts>): Buffer {
  const [[name, text], ...others] = z
    .tuple([z.tuple([z.string(), z.string()])])
    .rest(z.unknown())
    .parse(Object.entries(files));
  if (others.length > 0) throw new Error(`A function of the release is more than the file ${name}.`);
  return zipOf(name, text);
}

/** The code is the release's; its zips are packed anew, so each hash of a zip in the package becomes that of the new one. */
function rehash(release: ReleasedStack, zips: ReadonlyMap<string, Buffer>): (text: string) => string {
  const { Resources: resources } = codeHash.parse(releasedTemplate(release));
  const hashes = Object.values(resources).flatMap(({ Type, Properties: { FunctionName, CodeSha256 } }) => {
    if (Type !== 'AWS::Lambda::Version' || CodeSha256 === undefined) return [];
    const { Ref } = z.object({ Ref: z.string() }).parse(FunctionName);
    const zip = zips.get(Ref.replace(/LambdaFunction$/, ''));
    if (zip === undefined) throw new Error(`The release has no code of ${Ref}.`);
    return [[CodeSha256, createHash('sha256').update(zip).digest('base64')] as const];
  });
  return (text) => hashes.reduce((changed, [before, after]) => changed.replaceAll(before, after), text);
}

async function put(file: string, content: string | Buffer): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}
