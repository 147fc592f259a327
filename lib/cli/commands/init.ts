import { Command, Option } from 'commander';
import { formatFinding } from '../../specification/finding.ts';
import { findingsAt, lintSpec } from '../../specification/lint.ts';
import { parseSpec } from '../../specification/parse.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { choiceOption } from '../choice-option.ts';
import { CliFailure, type CliContext } from '../cli-context.ts';
import { ciFiles, ciValuesOf, type Pipeline, pipelines } from '../init/ci-files.ts';
import { balancersOf, findService } from '../init/found-service.ts';
import { type Language, languages, writtenSlot } from '../init/second-slot.ts';
import { writtenSpec } from '../init/written-spec.ts';
import { balancerRooms, describeRoom } from '../live/balancer-room.ts';
import { liveDoubts } from '../live/live-doubts.ts';
import type { ServiceLook } from '../../drivers/service-look.ts';
import { withStackOptions } from '../stack-options.ts';
import { jsonText } from '../json-text.ts';

interface Options extends Partial<Readonly<Record<Language, boolean>>> {
  readonly cluster: string;
  readonly service: string;
  readonly other?: string;
  readonly container?: string;
  readonly repository?: string;
  readonly name?: string;
  readonly stage: string;
  readonly region?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly ci?: Pipeline;
}

async function write(file: string, text: string, { force = false }: Options, context: CliContext): Promise<void> {
  const outcome = await context.writeFile(file, text, force);
  if (outcome === 'exists')
    throw new CliFailure(
      `${file} is there already; nothing was written. Name another with --out, or overwrite it with --force.`,
    );
}

/** Returns the files of a pipeline. @throws CliFailure where one is there already */
async function pipelineFiles(
  pipeline: Pipeline | undefined,
  values: ReturnType<typeof ciValuesOf>,
  { force = false }: Options,
  context: CliContext,
): Promise<ReadonlyMap<string, string>> {
  if (pipeline === undefined) return new Map();
  const files = await ciFiles(pipeline, values);
  const isThere = async (file: string) =>
    context.readFile(file).then(
      () => [file],
      () => [],
    );
  const there = force ? [] : (await Promise.all([...files.keys()].map(isThere))).flat();
  if (there.length > 0) {
    throw new CliFailure(
      `${there.join(', ')}: there already; nothing was written. Write over with --force, or take what you need from docs/ci.md.`,
    );
  }
  return files;
}

/** Writes the second slot of a service that has one; returns whether there was one to write. */
async function wroteSlot(options: Options, look: ServiceLook, context: CliContext): Promise<boolean> {
  const language = languages.find((one) => options[one]);
  if (language === undefined) return false;
  const { cluster, service, other, container, name, stage, json } = options;
  const slot = await writtenSlot({ cluster, service, other, container, name, stage }, language, look);
  if (slot === undefined) return false;
  const file = options.out ?? slot.file;
  const deploy = slot.deploy.map((command) => command.replaceAll(slot.file, file));
  if (file === '-') context.out(slot.text.trimEnd());
  else await write(file, slot.text, options, context);
  for (const note of slot.notes) context.err(`note: ${printable(note)}`);
  if (json) context.out(jsonText({ file, makes: slot.makes, deploy, notes: slot.notes }));
  else if (file !== '-') {
    context.out(printable(`${file}: the second slot of ${service} (${slot.makes}). Deploy it, then run init again:`));
    for (const command of deploy) context.out(printable(`  ${command}`));
    context.out(printable(`  sluice init --cluster ${cluster} --service ${service}`));
  }
  return true;
}

async function init(options: Options, context: CliContext): Promise<void> {
  const look = await context.look({ region: options.region });
  if (await wroteSlot(options, look, context)) return;
  const { cluster, service, other, container, repository, name } = options;
  const found = await findService({ cluster, service, other, container }, look);
  const written = writtenSpec(found, { name, repository });
  const file = options.out ?? `rollouts/${written.service}.yml`;
  const parsed = parseSpec(written.text, file);
  if (!parsed.ok) {
    for (const finding of parsed.findings) context.err(formatFinding(finding));
    throw new CliFailure(
      'What was found makes no spec; nothing was written. Correct what is reported above, or say it with an option.',
    );
  }
  const live = findingsAt(await liveDoubts(parsed.spec, look, context.now()), file, parsed.source);
  const findings = [...lintSpec(written.text, file), ...live];
  const values = ciValuesOf(parsed.spec, found.slots[0].targetGroups[0] ?? '');
  const ofPipeline = await pipelineFiles(options.ci, values, options, context);
  if (file === '-') context.out(written.text.trimEnd());
  else await write(file, written.text, options, context);
  for (const [name, text] of ofPipeline) await write(name, text, options, context);
  const pipeline = [...ofPipeline.keys()];
  const rooms = await balancerRooms(balancersOf(found), look);
  for (const note of written.notes) context.err(`note: ${printable(note)}`);
  if (options.json)
    context.out(jsonText({ file, service: written.service, pipeline, notes: written.notes, rooms, findings }));
  else if (file !== '-') {
    const next =
      findings.length === 0
        ? `Next: sluice plan ${file}`
        : `Next: correct what is reported, then sluice lint ${file} --live`;
    context.out(printable(`${file}: the spec of ${written.service}. ${next}`));
    if (pipeline.length > 0) {
      context.out(printable(`The pipeline: ${pipeline.join(', ')}. It takes the role deploy-${written.service}:`));
      context.out('  make that role, and put the package of Sluice into vendor/, as docs/ci.md says.');
      if (parsed.spec.image.registry !== undefined)
        context.out(printable(`  Images come from ${values.registry}: let it sign in there, and push there.`));
    }
    for (const room of rooms) context.out(printable(describeRoom(room)));
  }
  for (const finding of findings) context.err(formatFinding(finding));
}

/** `sluice init`: writes the spec of a service that exists, from what ECS and the load balancers tell. Changes nothing of theirs. */
export function initCommand(context: CliContext): Command {
  const command = new Command('init')
    .description('write the rollout spec of a service that exists, by asking ECS and the load balancers')
    .requiredOption('--cluster <name>', 'the ECS cluster')
    .requiredOption('--service <name>', 'the ECS service of one slot')
    .option(
      '--other <name>',
      'the ECS service of the second slot; by default the one that stands beside it in its rules',
    )
    .option(
      '--container <name>',
      'the container that gets new images; by default the one that the load balancer reaches',
    )
    .option('--repository <name>', "the ECR repository of its images; by default that of the container's image")
    .option(
      '--name <name>',
      'what the service is called in rollouts; by default what the names of both ECS services begin with',
    )
    .addOption(slotOption('cloudformation', 'a template of CloudFormation'))
    .addOption(slotOption('cdk', 'an app of the CDK'))
    .addOption(slotOption('terraform', 'a configuration of Terraform'))
    .addOption(
      choiceOption(
        '--ci <kind>',
        'with the spec, write a pipeline that builds an image and follows its rollout',
        pipelines,
      ),
    )
    .option('--out <file>', 'where to write; by default rollouts/<name>.yml, - for stdout')
    .option('--force', 'overwrite a file that is there')
    .option('--json', 'print what was written, and what remains to do, as JSON')
    .addHelpText(
      'after',
      [
        '\nWhere the service has one slot only, it says what is missing and how to get it, and',
        'exits with 1. With --cloudformation, --cdk or --terraform it writes the second slot as',
        'infrastructure code instead; once that is deployed, init writes the spec.',
        '\nExamples:\n  sluice init --cluster production --service web-a --region eu-west-1',
        '  sluice init --cluster production --service web --cloudformation',
      ].join('\n'),
    );
  return withStackOptions(command).action((options: Options) => init(options, context));
}

function slotOption(language: Language, what: string): Option {
  return new Option(`--${language}`, `write a second slot that is missing as ${what}`).conflicts(
    languages.filter((one) => one !== language),
  );
}
