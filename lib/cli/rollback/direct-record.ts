import * as z from 'zod';
import type { DirectUse } from '../../approval/judge-direct-use.ts';
import { parsedJson } from '../../specification/text/parsed-json.ts';
import { explainAwsFailure } from '../aws-failure.ts';
import { CliFailure, type CliContext } from '../cli-context.ts';
import { whyUnreadable } from '../spec-files.ts';

const text = (most: number) => z.string().min(1).max(most);

/** What `rollback --direct` leaves: everything that the record has to know of it once the stack answers again. */
const directRecord = z.strictObject({
  kind: z.literal('sluice-direct-use'),
  schema: z.literal(1),
  service: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  rolloutId: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  at: z.iso.datetime(),
  by: text(200),
  why: text(600).optional(),
  restored: z.boolean(),
  rules: z
    .array(z.strictObject({ arn: text(300), saw: text(300) }))
    .min(1)
    .max(50),
});
export type DirectRecord = z.output<typeof directRecord>;

/**
 * Leaves the file in the folder in which the command runs. A folder that takes none holds nobody up: CloudTrail has the writes as well.
 */
export async function leaveRecord(
  record: Omit<DirectRecord, 'kind' | 'schema'>,
  stage: string,
  { writeFile, err }: Pick<CliContext, 'writeFile' | 'err'>,
): Promise<string | undefined> {
  const file = `sluice-direct-${record.rolloutId}-${record.at.replaceAll(/[-:]|\.\d+/g, '')}.json`;
  const written: DirectRecord = { kind: 'sluice-direct-use', schema: 1, ...record };
  const later = `sluice review ${record.rolloutId} --stage ${stage}`;
  try {
    await writeFile(file, `${JSON.stringify(written, undefined, 2)}\n`, true);
  } catch (error) {
    const why = error instanceof CliFailure ? error.message : explainAwsFailure(error);
    err(
      `What was done could not be kept in a file: ${why} Once the stack answers: ${later} --cloudtrail --reason '<what it was>'`,
    );
    return undefined;
  }
  err(`What was done is in ${file}. Once the stack answers: ${later} --file ${file} --reason '<what it was>'`);
  return file;
}

/**
 * Reads such a file, which anybody may have written.
 * @throws CliFailure where it is none, or is of another rollout
 */
export async function readRecord(file: string, rolloutId: string, context: CliContext): Promise<DirectUse> {
  let content: string;
  try {
    content = await context.readFile(file);
  } catch (error) {
    const why = whyUnreadable(error);
    if (why === undefined) throw error;
    throw new CliFailure(`${file} cannot be read (${why}). Name the file that sluice rollback --direct left.`);
  }
  const parsed = directRecord.safeParse(parsedJson(content));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.').slice(0, 80)}: `;
    throw new CliFailure(
      `${file} is not what sluice rollback --direct leaves (${where}${issue?.message.slice(0, 200) ?? 'no JSON'}). With --cloudtrail it is read from CloudTrail instead.`,
    );
  }
  const { rolloutId: of, at, by, why, restored, rules } = parsed.data;
  if (of !== rolloutId) throw new CliFailure(`${file} is of rollout ${of}, not of ${rolloutId}.`);
  return { at, actor: by, source: 'file', rules, restored, ...(why !== undefined && { why }) };
}
