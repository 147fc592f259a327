import { createPublicKey } from 'node:crypto';
import { Command } from 'commander';
import { keyIdOf } from '../../attestation/trusted-key.ts';
import type { KeptRecord } from '../../ports/kept-record.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { recordFromLines, recordLines } from '../../storage/exported-record.ts';
import { archivedRecord } from '../../storage/archive/verify-archive.ts';
import { type ChainFinding, isChained, recordFindings } from '../../storage/verify-chain.ts';
import { exportSignIns } from '../audit/export-sign-ins.ts';
import { verifyCopy } from '../audit/verify-copy.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { jsonText } from '../json-text.ts';
import { recordName, withStackOptions } from '../stack-options.ts';
import { messageOf } from '../../specification/text/message-of.ts';

interface VerifyOptions extends StackOptions {
  readonly file?: string;
  readonly archive?: string;
  readonly key?: string;
  readonly json?: boolean;
}

interface ExportOptions extends StackOptions {
  readonly archive?: string;
  readonly signIns?: boolean;
}

const archiveForm = 'a folder with a copy of the archive, or s3:// and the name of its bucket';

/** `sluice audit`: whether the record of a rollout is still the one that the product wrote. */
export function auditCommand(context: CliContext): Command {
  return new Command('audit')
    .description('check whether the record of a rollout was changed outside of Sluice, or print it as it is kept')
    .addCommand(verifyCommand(context))
    .addCommand(exportCommand(context))
    .addCommand(keyCommand(context));
}

function verifyCommand(context: CliContext): Command {
  const command = new Command('verify')
    .description('name each event that was changed, dropped, inserted or reordered; exit code 1 where there is one')
    .argument('[rollout]', 'a rollout of the stage', recordName)
    .option('--file <path>', 'check what sluice audit export wrote instead; no AWS is asked')
    .option('--archive <place>', `check ${archiveForm}; with a rollout, hold the table against it`)
    .option('--key <file>', 'with --archive: the public key that signed it, as PEM; see sluice audit key')
    .option('--json', 'print the findings as JSON')
    .addHelpText(
      'after',
      '\nA folder is checked without AWS. Examples:\n  sluice audit verify web-20260301-100000-3f9a1c\n  sluice audit verify --file web.jsonl\n  sluice audit verify --archive copy --key production.pem',
    );
  return withStackOptions(command).action(async (rollout: string | undefined, options: VerifyOptions) => {
    const { archive, file, key } = options;
    if (archive !== undefined && file !== undefined) throw new CliFailure('Name --archive or --file, and not both.', 2);
    if (archive !== undefined) {
      await verifyCopy(rollout, { ...options, archive }, context);
      return;
    }
    if (key !== undefined) throw new CliFailure('--key is for --archive alone.', 2);
    const record = await recordOf(rollout, options, context);
    const { rolloutId, events } = record;
    const chaining = isChained(record) ? 'chained' : 'unchained';
    const findings = chaining === 'unchained' ? [] : recordFindings(record);
    const altered = findings.filter(({ kind }) => kind !== 'unhashed');
    if (options.json === true) context.out(jsonText({ rolloutId, events: events.size, record: chaining, findings }));
    else for (const line of verdictLines(record, chaining, findings)) context.out(line);
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
    throw new CliFailure(`${file} is no record: ${messageOf(error)}`);
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
  { rolloutId, events, source }: KeptRecord,
  chaining: 'chained' | 'unchained',
  findings: readonly ChainFinding[],
): readonly string[] {
  if (chaining === 'unchained') {
    return [`${rolloutId} is unchained: a version before hash chains opened it, so a change cannot be found.`];
  }
  const says = findings.map((finding) => `  ${printable(finding.says)}`);
  if (findings.some(({ kind }) => kind !== 'unhashed')) {
    return [`${rolloutId} was changed outside of Sluice:`, ...says];
  }
  return [
    `${rolloutId}: ${events.size} events follow from each other${source === 'archive' ? '' : ', and the state follows from them'}.`,
    ...says,
  ];
}

function exportCommand(context: CliContext): Command {
  const command = new Command('export')
    .description(
      'print the record of a rollout as it is kept, a line an event, for sluice audit verify --file; or who signed in',
    )
    .argument('[rollout]', 'a rollout of the stage', recordName)
    .option('--archive <place>', `read ${archiveForm} instead of the table`)
    .option('--sign-ins', 'print who came to the pages instead, a line a sign-in; the archive has ids of people alone')
    .addHelpText(
      'after',
      '\nExamples:\n  sluice audit export web-20260301-100000-3f9a1c > web.jsonl\n  sluice audit export --sign-ins > sign-ins.jsonl',
    );
  return withStackOptions(command).action(async (rollout: string | undefined, options: ExportOptions) => {
    if ((rollout === undefined) !== (options.signIns === true))
      throw new CliFailure('Name a rollout, or --sign-ins, and not both.', 2);
    if (rollout === undefined) {
      await exportSignIns(options, context);
      return;
    }
    const record = await (options.archive === undefined
      ? fromTable(rollout, options, context)
      : fromArchive(rollout, options.archive, options, context));
    for (const line of recordLines(record)) context.out(jsonText(line));
  });
}

async function fromArchive(
  rollout: string,
  archive: string,
  options: StackOptions,
  context: CliContext,
): Promise<KeptRecord> {
  const record = await archivedRecord(rollout, await context.archive(archive, options));
  if (record !== undefined) return record;
  throw new CliFailure(
    `${archive} has no event of a rollout "${rollout}". Check the name: sluice list <service> --stage ${options.stage}`,
  );
}

function keyCommand(context: CliContext): Command {
  const command = new Command('key')
    .description('print the public key that the checkpoints of the archive are signed with, as PEM')
    .option('--json', 'print the key and its id as JSON')
    .addHelpText(
      'after',
      '\nKeep it apart from the archive: who verifies has to trust it.\n\nExample:\n  sluice audit key --stage production > production.pem',
    );
  return withStackOptions(command).action(async (options: StackOptions & { readonly json?: boolean }) => {
    const signer = await context.signer(`alias/sluice-${options.stage}-checkpoints`, options);
    const key = createPublicKey({ key: Buffer.from(await signer.publicKey()), format: 'der', type: 'spki' });
    const pem = key.export({ type: 'spki', format: 'pem' }).toString().trim();
    context.out(options.json === true ? jsonText({ pem, keyId: keyIdOf(key) }) : pem);
  });
}
