import { randomUUID } from 'node:crypto';
import type { BucketAnswer } from '../databases/question.ts';
import { messageOf } from '../specification/text/message-of.ts';
import { domainOfRegion } from '../specification/aws-domain.ts';
import { signedFetch, type SignedSetting } from './signed-fetch.ts';

/** Where an object stands that is written and deleted at once. */
const folder = 'sluice-check';

/**
 * Returns what lists a bucket, and writes and deletes one small object in it where that is asked for. Never rejects; no answer holds a word
 * of S3's or a key of the bucket's.
 */
export function signedBuckets(setting: SignedSetting): (bucket: string, writes: boolean) => Promise<BucketAnswer> {
  return async (bucket, writes) => {
    try {
      const listed = await send(setting, 'GET', urlOf(setting, bucket, '?list-type=2&max-keys=1'));
      if (listed !== 200) return notListed(listed);
      if (!writes) return { bucket: { isWritten: false } };
      const url = urlOf(setting, bucket, `${folder}/${randomUUID()}`);
      const written = await send(setting, 'PUT', url);
      if (written !== 200)
        return { error: `the probe may not write ${folder}/ there: S3 answers with ${String(written)}` };
      const deleted = await send(setting, 'DELETE', url);
      if (deleted === 204 || deleted === 200) return { bucket: { isWritten: true } };
      return { error: `the probe may not delete what it wrote below ${folder}/: S3 answers with ${String(deleted)}` };
    } catch (error) {
      return { error: messageOf(error).slice(0, 300) };
    }
  };
}

/** In the path where a name with dots would be none that the certificate is for, and on a local AWS. */
function urlOf({ region, endpoint }: SignedSetting, bucket: string, rest: string): URL {
  const host = `s3.${region}.${domainOfRegion(region)}`;
  if (endpoint !== undefined) return new URL(`${endpoint}/${bucket}/${rest}`);
  return new URL(bucket.includes('.') ? `https://${host}/${bucket}/${rest}` : `https://${bucket}.${host}/${rest}`);
}

async function send(setting: SignedSetting, method: string, url: URL): Promise<number> {
  const answer = await signedFetch(setting, {
    service: 's3',
    method,
    url,
    ...(method === 'PUT' && { body: 'Sluice' }),
  });
  await answer.body?.cancel();
  return answer.status;
}

function notListed(status: number): BucketAnswer {
  if (status === 404) return { refused: 'there is no bucket of this name' };
  if (status === 301 || status === 307 || status === 400) return { error: 'it is in another region than the probe' };
  if (status === 403)
    return { error: 'the probe may not list it: add it to Buckets of its stack, and see the policy of the bucket' };
  return { error: `S3 answers with ${String(status)}` };
}
