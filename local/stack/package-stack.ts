import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSupervisor } from '../process/supervisor.ts';
import { makeBuildFolder } from './build-folder.ts';
import { packagedOnce } from './packaged-once.ts';
import { projectRoot } from './project-root.ts';
import { withParameters } from './template-parameters.ts';

/** What `serverless package` made, in a folder of its own that goes when it was read. */
export interface StackPackage {
  /** The whole CloudFormation template with its parameters, before its chapters become nested stacks. */
  readonly parameterised: string;
  /** The same as CloudFormation reads it for the stage: with the values of the parameters in it. */
  readonly template: string;
  /** The root stack alone, as `serverless deploy` hands it over. */
  readonly root: string;
  /** What of the whole goes into nested stacks, as it is handed over. */
  readonly chapters: string;
  /** The template of a stack before its code is there. */
  readonly core: string;
  /** Bytes of each function's zip, by the function's name. */
  readonly zipBytes: Readonly<Record<string, number>>;
  /** Each function's zip, by the function's name. */
  readonly zips: Readonly<Record<string, string>>;
}

/**
 * Packages `serverless.yml` for a stage, offline, and hands what came out to a reader.
 * @param params parameters of `serverless.yml`, such as `balancers=shop`
 */
export async function withPackagedStack<Result>(
  stage: string,
  read: (packaged: StackPackage) => Promise<Result>,
  params: readonly string[] = [],
): Promise<Result> {
  const output = await mkdtemp(path.join(tmpdir(), 'sluice-packaged-'));
  try {
    await packagedOnce(output, { root: projectRoot, stage, params }, (taken) => packageNow(stage, params, taken));
    return await read(await packageIn(output, { Stage: stage }));
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

/** Runs `serverless package`; its output is gone once `taken` has ended. */
async function packageNow(
  stage: string,
  params: readonly string[],
  taken: (output: string) => Promise<void>,
): Promise<void> {
  const folder = await makeBuildFolder();
  const supervisor = createSupervisor();
  try {
    await supervisor.run({
      name: `serverless package for ${stage}`,
      command: process.execPath,
      args: [
        path.join(projectRoot, 'node_modules/serverless/bin/serverless.js'),
        ...['package', '--stage', stage, ...params.flatMap((one) => ['--param', one])],
      ],
      cwd: folder.path,
      env: {
        ...process.env,
        ...folder.environment,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_REGION: 'eu-west-1',
        CI: '1',
      },
    });
    await taken(path.join(folder.path, '.serverless'));
  } finally {
    await supervisor.stopAll();
    await folder.remove();
  }
}

async function packageIn(output: string, values: Readonly<Record<string, string>>): Promise<StackPackage> {
  const names = (await readdir(output)).filter((name) => name.endsWith('.zip'));
  const zips = Object.fromEntries(names.map((name) => [path.basename(name, '.zip'), path.join(output, name)]));
  const sizes = Object.entries(zips).map(async ([name, zip]) => [name, (await stat(zip)).size] as const);
  const parameterised = path.join(output, 'whole-template.json');
  const template = path.join(output, 'template-of-stage.json');
  const ofStage = withParameters(JSON.parse(await readFile(parameterised, 'utf8')), values);
  await writeFile(template, JSON.stringify(ofStage, undefined, 2));
  return {
    parameterised,
    root: path.join(output, 'cloudformation-template-update-stack.json'),
    chapters: path.join(output, 'chapters.json'),
    core: path.join(output, 'cloudformation-template-create-stack.json'),
    template,
    zipBytes: Object.fromEntries(await Promise.all(sizes)),
    zips,
  };
}
