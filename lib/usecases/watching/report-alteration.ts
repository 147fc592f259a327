import * as z from 'zod';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import { messageOf } from '../../specification/text/message-of.ts';

export const reportAlterationInput = z.object({
  rolloutId: z.string().min(1),
  sequence: z.int().min(1),
  how: z.enum(['changed', 'removed']),
});
export type AlterationInput = z.output<typeof reportAlterationInput>;

export type AlterationWorld = Part<'store' | 'announcer' | 'installation' | 'now'>;

/**
 * `ReportAlteration`: an event of the table was changed or removed, which the product never does. The record of its rollout says so,
 * which pages everybody who hears of the rollout and lets no more traffic in. Where the record is gone or cannot be read, the topic
 * alone is notified. Where the record says it already, people were notified: the call is logged, and the alarm counts each call anyway.
 * @throws the store's error where the record could not be written, to be called again
 */
export async function reportAlteration(
  { rolloutId, sequence, how }: AlterationInput,
  world: AlterationWorld,
): Promise<{ readonly told: 'record' | 'topic' | 'nobody' }> {
  const { store, now } = world;
  const what = `Event ${sequence} was ${how} in the table.`;
  const read = await readable(rolloutId, world);
  if (typeof read !== 'string') {
    if (read.state.altered !== undefined) return { told: 'nobody' };
    await store.append({ ...read, altered: read.altered ?? what }, [], now().toISOString());
    return { told: 'record' };
  }
  await announce(rolloutId, sequence, what, read, world);
  return { told: 'topic' };
}

/** The rollout, or why there is none to be read. */
async function readable(rolloutId: string, { store }: Part<'store'>): Promise<StoredRollout | string> {
  try {
    return (await store.load(rolloutId)) ?? 'Nothing else of the rollout is left in the table.';
  } catch (error) {
    return `Its record cannot be read: ${messageOf(error)}`;
  }
}

async function announce(
  rolloutId: string,
  sequence: number,
  what: string,
  why: string,
  { announcer, installation: { stage, region }, now }: AlterationWorld,
): Promise<void> {
  const next = `Find out who wrote to the table (CloudTrail, data events), and hold it against the archive: sluice audit verify ${rolloutId} --archive s3://<bucket> --key <pem> --stage ${stage} --region ${region}`;
  await announcer.announce({
    ...{ rolloutId, sequence, type: 'RecordAltered', severity: 'critical', at: now().toISOString() },
    service: rolloutId,
    traceId: rolloutId,
    summary: `The record of ${rolloutId} was changed outside of Sluice: ${what} ${why} ${next}`,
    detail: { what },
  });
}
