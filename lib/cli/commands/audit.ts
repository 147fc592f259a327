import { Command } from 'commander';
import type { KeptRecord } from '../../ports/kept-record.ts';
import { recordFromLines, recordLines } from '../../storage/exported-record.ts';
import { type ChainFinding, isChained, recordFindings } from '../../storage/verify-chain.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { jsonText } from '../json-text.ts';
import { recordName, withStackOptions } from '../stack-options.ts';

interface VerifyOptions extends StackOptions {
  readonly file?: string;
  readonly json?: boolean;
}

/** `sluice audit`: whether the record of a rollout is still the one that the product wrote. */
export function auditCommand(context: CliContext): Command {
  return new Command('audit')
    .description('check whether the record of a rollout was changed outside of Sluice, or print it as it is kept')
    .addCommand(verifyCommand(context))
    .addCommand(exportCommand(context));
}

function verifyCommand(context: CliContext): Command {
  const command = new Command('verify')
    .description('name each event that was changed, dropped, inserted or reordered; exit code 1 where there is one')
    .argument('[rollout]', 'a rollout of the stage', recordName)
    .option('--file <path>', 'check what sluice audit export wrote instead; no AWS is asked')
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  sluice audit verify web-20260301-100000-3f9a1c\n  sluice audit verify --file web.jsonl',
    );
  return withStackOptions(command).action(async (rollout: string | undefined, options: VerifyOptions) => {
    const record = await recordOf(rollout, options, context);
    const { rolloutId, events } = record;
    const standing = isChained(record) ? 'chained' : 'unchained';
    const findings = standing === 'unchained' ? [] : recordFindings(record);
    const altered = findings.filter(({ kind }) => kind !== 'unhashed');
    if (options.json === true) context.out(jsonText({ rolloutId, events: events.size, record: standing, findings }));
    else for (const line of verdictLines(record, standing, findings)) context.out(line);
    context.exitWith(altered.length === 0 ? 0 : 1);
  });
}

async function recordOf(
  rollout: string | undefined,
  { file, ...options }: VerifyOptions,
  context: CliContext,
): Promise<KeptRecord> {
  if ((rollout === undefined) === (file === undefined)) {
    throw new CliFailure('Name a rollout, or a file with --file, and not both.', 2);
  }
  if (file !== undefined) return fromFile(file, await context.readFile(file));
  return await fromTable(rollout ?? '', options, context);
}

function fromFile(file: string, text: string): KeptRecord {
  try {
    return recordFromLines(text);
  } catch (error) {
    throw new CliFailure(`${file} is no record: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function fromTable(rollout: string, options: StackOptions, context: CliContext): Promise<KeptRecord> {
  const record = await (await context.connect(options)).record(rollout);
  if (record !== undefined) return record;
  throw new CliFailure(
    `Stage ${options.stage} has no record of a rollout "${rollout}". If it is named in messages, all of it was deleted. Otherwise check the name: sluice list <service> --stage ${options.stage}`,
  );
}

function verdictLines(
  { rolloutId, events }: KeptRecord,
  standing: 'chained' | 'unchained',
  findings: readonly ChainFinding[],
): readonly string[] {
  if (standing === 'unchained') {
    return [`${rolloutId} is unchained: a version before hash chains opened it, so a change cannot be found.`];
  }
  const says = findings.map((finding) => `  ${finding.says}`);
  if (findings.some(({ kind }) => kind !== 'unhashed')) {
    return [`${rolloutId} was changed outside of Sluice:`, ...says];
  }
  return [`${rolloutId}: ${events.size} events follow from each other, and the state follows from them.`, ...says];
}

function exportCommand(context: CliContext): Command {
  const command = new Command('export')
    .description('print the record of a rollout as it is kept, a line an event, for sluice audit verify --file')
    .argument('<rollout>', 'a rollout of the stage', recordName)
    .addHelpText('after', '\nExample:\n  sluice audit export web-20260301-100000-3f9a1c > web.jsonl');
  return withStackOptions(command).action(async (rollout: string, options: StackOptions) => {
    for (const line of recordLines(await fromTable(rollout, options, context))) context.out(jsonText(line));
  });
}
