import { Command } from 'commander';
import type { StoredSpec } from '../../ports/rollout-store.ts';
import { calendarDaysOf } from '../../specification/calendar-days.ts';
import { formatFinding } from '../../specification/finding.ts';
import { printable } from '../../specification/text/plain-text.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { lintFile } from '../calendar-doubts.ts';
import { CliFailure, type CliContext, type Stack, type StackOptions } from '../cli-context.ts';
import { callerNames } from '../caller-names.ts';
import { type Done, haveDone } from '../have-done.ts';
import { changeLine, specDifference } from '../../view/spec-difference.ts';
import { confirm } from '../confirm.ts';
import { readSpecFile } from '../spec-files.ts';
import { asOption, withStackOptions } from '../stack-options.ts';
import { jsonText } from '../json-text.ts';
import { quotedLine } from '../quoted-line.ts';

interface Options extends StackOptions {
  readonly as?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

interface Applied {
  readonly stored: StoredSpec;
  readonly changed: boolean;
  /** Set where the file changes who approves, and waits for them. */
  readonly proposed: Done['proposed'];
  /** The rollout that goes on with the version that it started with. */
  readonly running: string | undefined;
}

/** A spec as it is written, and as it is read. */
interface Checked {
  readonly spec: RolloutSpec;
  readonly text: string;
}

async function checkedSpec(context: CliContext, file: string): Promise<Checked | undefined> {
  const read = await readSpecFile(context, file);
  const checked = 'finding' in read ? { findings: [read.finding] } : await lintFile(read.text, file, context);
  const quoted = 'text' in read && context.terminal !== undefined ? read.text : '';
  for (const finding of checked.findings) {
    for (const line of [formatFinding(finding), ...quotedLine(quoted, finding)]) context.err(line);
  }
  return 'finding' in read || !('spec' in checked) ? undefined : { spec: checked.spec, text: read.text };
}

async function apply({ spec, text }: Checked, options: Options, stack: Stack, context: CliContext): Promise<Applied> {
  const { store } = stack;
  const { lockedBy: running } = await store.service(spec.service);
  const done = await haveDone(
    { command: 'apply', spec: text, calendarDays: calendarDaysOf(spec), ...callerNames(options, context) },
    stack,
  );
  const stored = await store.spec(spec.service);
  if (stored === undefined)
    throw new CliFailure(`The spec of ${spec.service} was applied and is gone. Apply it again.`);
  return { stored, changed: done.changed === true, proposed: done.proposed, running };
}

function sentence({ stored, changed, proposed, running }: Applied, stage: string): string {
  if (proposed !== undefined) return proposedSentence(stored, proposed);
  const what = changed
    ? `version ${stored.version} applied to ${stage} by ${stored.appliedBy}`
    : `unchanged, version ${stored.version} of ${stored.appliedAt} stays`;
  const still = changed && running !== undefined ? `; ${running} goes on with the version it started with` : '';
  return `${stored.spec.service}: ${what}${still}`;
}

function proposedSentence({ spec, version }: StoredSpec, proposed: NonNullable<Applied['proposed']>): string {
  const { by, until, open, why } = proposed;
  const because = why === '' ? '' : ` ${why}.`;
  return `${spec.service}: not in force yet, as it changes who or what lets versions in (\`approvals\`, \`checks.attested\`, or a rule, target group or ECS service that it no longer names), and version ${version} says who may. Proposed by ${by}; still open: ${open}.${because} They approve it by applying the same file until ${until}; version ${version} stays meanwhile.`;
}

/** At a terminal a person sees what would change, and says whether it should; elsewhere nobody is asked. */
async function agree(
  specs: readonly Checked[],
  { yes, stage }: Options,
  { store }: Stack,
  context: CliContext,
): Promise<void> {
  if (context.terminal === undefined) return;
  const read = await Promise.all(specs.map(async ({ spec }) => ({ spec, before: await store.spec(spec.service) })));
  const changed = read.filter(
    ({ spec, before }) => before !== undefined && specDifference(before.spec, spec).length > 0,
  );
  for (const { spec, before } of changed) {
    if (before === undefined) continue;
    context.err(printable(`${spec.service}: changes of version ${before.version}`));
    for (const change of specDifference(before.spec, spec)) context.err(printable(`  ${changeLine(change)}`));
  }
  if (changed.length === 0) return;
  const names = changed.map(({ spec }) => spec.service).join(', ');
  await confirm(`The next rollouts of ${names} in ${stage} use this.`, yes, context);
}

function twice(specs: readonly Checked[]): string | undefined {
  const services = specs.map(({ spec }) => spec.service);
  return services.find((service, index) => services.indexOf(service) !== index);
}

/** `sluice apply <file...>`: has the stack store specs, each as the next version. All of them, or none where one is wrong. */
export function applyCommand(context: CliContext): Command {
  const command = new Command('apply')
    .description('check rollout specs and make them the ones that rollouts use')
    .argument('<file...>', 'rollout specs')
    .addOption(asOption('who applies it, for the record; by default the user of this machine'))
    .option('--yes', 'do not ask at a terminal whether to apply what changes')
    .option('--json', 'print what was applied as a JSON array')
    .addHelpText(
      'after',
      '\nEvery version is kept: sluice history <service>\nA file that changes `approvals` is approved by the people of the version in force: each applies the same file.',
    );
  return withStackOptions(command).action(async (files: readonly string[], options: Options) => {
    const specs = (await Promise.all(files.map((file) => checkedSpec(context, file)))).flatMap((spec) => spec ?? []);
    if (specs.length < files.length)
      throw new CliFailure('Nothing was applied. Correct what is reported above, then apply again.');
    const service = twice(specs);
    if (service !== undefined)
      throw new CliFailure(`Two of the files are for service ${service}. Nothing was applied; name one of them.`);

    const stack = await context.connect(options);
    await agree(specs, options, stack, context);
    const applied: Applied[] = [];
    for (const spec of specs) applied.push(await apply(spec, options, stack, context));
    if (options.json !== true) {
      for (const each of applied) context.out(printable(sentence(each, options.stage)));
      return;
    }
    const answers = applied.map(({ stored, changed, proposed }) => ({
      service: stored.spec.service,
      version: stored.version,
      changed,
      appliedBy: stored.appliedBy,
      appliedAt: stored.appliedAt,
      ...(proposed !== undefined && { proposed }),
    }));
    context.out(jsonText(answers));
  });
}
