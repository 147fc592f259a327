import type { KeyObject } from 'node:crypto';
import { trustedKey } from '../../attestation/trusted-key.ts';
import type { ArchiveFinding } from '../../storage/archive/archive-finding.ts';
import type { ArchiveCopy } from '../../storage/archive/archive-copy.ts';
import { compareWithTable, isOlderThan, tableFindings } from '../../storage/archive/compare-with-table.ts';
import { archivedRecord, type VerifiedArchive, verifyArchive } from '../../storage/archive/verify-archive.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { jsonText } from '../json-text.ts';
import { messageOf } from '../../specification/text/message-of.ts';

export interface ArchiveOptions extends StackOptions {
  readonly archive: string;
  readonly key?: string | undefined;
  readonly json?: boolean | undefined;
}

/**
 * `sluice audit verify --archive`: checks a copy of the archive, or the bucket itself. With a rollout, the table's record of it is
 * held against the archive besides. A rollout that is older than the archive cannot be: that is said, and is no finding.
 */
export async function verifyCopy(
  rollout: string | undefined,
  options: ArchiveOptions,
  context: CliContext,
): Promise<void> {
  const key = await keyIn(options, context);
  const copy = await context.archive(options.archive, options);
  const verified = await verifyArchive(copy, key);
  if (verified.newest === undefined && verified.findings.length === 0) {
    throw new CliFailure(
      `${options.archive} has no checkpoint, so it is no archive of Sluice, or nothing was archived yet. Its name is the output ArchiveBucketName of stack sluice-${options.stage}.`,
    );
  }
  const table =
    rollout === undefined ? undefined : await comparedWithTable(rollout, { copy, verified }, options, context);
  const findings = [...verified.findings, ...(table?.findings ?? [])];
  const older = table?.isOlder === true ? rollout : undefined;
  if (options.json === true) context.out(jsonText({ ...verified, findings, ...(older !== undefined && { older }) }));
  else for (const line of verdict({ ...verified, findings }, { rollout, older }, options)) context.out(line);
  context.exitWith(findings.length === 0 ? 0 : 1);
}

async function comparedWithTable(
  rollout: string,
  { copy, verified }: { readonly copy: ArchiveCopy; readonly verified: VerifiedArchive },
  options: ArchiveOptions,
  context: CliContext,
): Promise<{ readonly findings: readonly ArchiveFinding[]; readonly isOlder: boolean }> {
  const archived = await archivedRecord(rollout, copy);
  const table = await (await context.connect(options)).record(rollout);
  if (archived === undefined && table === undefined) {
    throw new CliFailure(
      `Neither ${options.archive} nor stage ${options.stage} knows a rollout "${rollout}". Check the name: sluice list <service> --stage ${options.stage}`,
    );
  }
  const isNamed = verified.findings.some((one) => one.rollout === rollout);
  if (archived === undefined && !isNamed && table !== undefined && isOlderThan(verified.began, table)) {
    return { findings: tableFindings(table), isOlder: true };
  }
  const events = archived?.events ?? new Map<number, string>();
  return { findings: compareWithTable(rollout, events, table), isOlder: false };
}

async function keyIn({ key, stage }: ArchiveOptions, context: CliContext): Promise<KeyObject> {
  if (key === undefined) {
    throw new CliFailure(
      `Name the file of the public key with --key. Take it from a place that you trust, or ask KMS: sluice audit key --stage ${stage} > ${stage}.pem`,
      2,
    );
  }
  let text: string;
  try {
    text = await context.readFile(key);
  } catch (error) {
    const isCoded = typeof error === 'object' && error !== null && 'code' in error;
    throw new CliFailure(`${key} cannot be read (${isCoded ? String(error.code) : String(error)}).`);
  }
  try {
    return trustedKey(stage, text).key;
  } catch (error) {
    throw new CliFailure(`${key} is no key of an archive: ${messageOf(error)}.`);
  }
}

function verdict(
  { newest, objects, rollouts, unchained, findings, began = '' }: VerifiedArchive,
  { rollout, older }: { readonly rollout: string | undefined; readonly older: string | undefined },
  { archive, stage }: ArchiveOptions,
): readonly string[] {
  const upTo =
    newest === undefined
      ? 'No checkpoint is signed by this key.'
      : `Newest checkpoint: ${newest.number} of ${newest.at}, hash ${newest.hash}`;
  const notes = unchained.map(
    (one) =>
      `  ${printable(one)} is unchained: a version before hash chains opened it. Its objects are checked, what came before is not.`,
  );
  if (older !== undefined) {
    notes.push(
      `  ${older} is older than the archive, which began at ${began} and has nothing of it: the table could not be held against it. What the table says of itself: sluice audit verify ${older} --stage ${stage}`,
    );
  }
  if (findings.length > 0) {
    const says = findings.map((one) => `  ${printable(one.says)}`);
    return [`${archive} does not hold what was signed:`, ...says, upTo, ...notes];
  }
  const table =
    rollout === undefined || older !== undefined ? '' : `, and stage ${stage} has the same events of ${rollout}`;
  return [`${archive}: ${objects} objects of ${rollouts} rollouts are as they were signed${table}.`, upTo, ...notes];
}
