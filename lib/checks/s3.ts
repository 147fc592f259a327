import type { BucketAnswer } from '../databases/question.ts';
import { dataSeconds, type Seen, together, vpcOf } from './asked-data.ts';
import type { Check } from './check.ts';

/** A bucket that is gone, or that no way leads to any more, shows itself only at the first request that needs it. */
export const s3: Check = {
  name: 's3',
  expected: 'every bucket to be listed, and to take an object where `writes` is on',
  page: {
    asks: 'Can the buckets be listed, from the VPC of the service?',
    reads:
      'one key of each bucket of `buckets`, through the [data probe](deploy.md#databases-and-caches); with `writes` it writes and deletes an object',
    rights: ['lambda:InvokeFunction', 'elasticloadbalancing:DescribeRules', 'elasticloadbalancing:DescribeListeners'],
    fails: 'there is no bucket of this name',
    fix: 'create the bucket, or correct its name in the spec',
    answers: 'S3 buckets can be listed',
  },
  async observe({ spec }, world) {
    const vpcId = await vpcOf(spec, world);
    const seen = (spec.checks?.s3?.buckets ?? []).map(async ({ bucket, writes }) => {
      const question = { kind: 's3', bucket, writes, timeoutSeconds: dataSeconds } as const;
      return seenOf(bucket, await world.facts.bucket(vpcId, question), writes);
    });
    return together(await Promise.all(seen));
  },
};

function seenOf(name: string, answer: BucketAnswer, writes: boolean): Seen {
  if ('error' in answer) return { name, passed: false, isUnknown: true, saw: answer.error };
  if ('refused' in answer) return { name, passed: false, saw: answer.refused };
  if (writes && !answer.bucket.isWritten) return { name, passed: false, isUnknown: true, saw: 'nothing was written' };
  return { name, passed: true, saw: writes ? 'listed, written and deleted' : 'listed' };
}
