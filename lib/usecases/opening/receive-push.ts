import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Part } from '../../ports/world.ts';
import { whyIgnored } from './decide-push.ts';

/**
 * An ECR push as EventBridge delivers it, or an image that replication has brought: that one comes to the destination's account and region
 * as an event of its own (https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html). `local.ecr` stands in for it
 * where events of AWS cannot be put.
 */
export const receivePushInput = z.object({
  /** Its trace, up to the last notification. */
  id: z.string().regex(/^[\w:=;.-]{1,128}$/),
  /** When the image was pushed or tagged, or had come by replication: the order of the pushes at its source is not known here. */
  time: z.iso.datetime().optional(),
  source: z.enum(['aws.ecr', 'local.ecr']),
  'detail-type': z.enum(['ECR Image Action', 'ECR Replication Action']),
  /** Where the registry is that was pushed to; an event keeps them where another account or region passes it on. */
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  region: z.string().max(40).optional(),
  detail: z.object({
    'action-type': z.enum(['PUSH', 'REPLICATE']),
    result: z.literal('SUCCESS'),
    'repository-name': z.string().min(1).max(256),
    'image-digest': z.string().regex(/^sha256:[0-9a-f]{64}$/),
    'image-tag': z.string().max(128).optional(),
  }),
});

/** What the rollout's input takes. */
const longestRequester = 200;

interface Started {
  readonly service: string;
  readonly execution: string;
  readonly outcome: 'started' | 'alreadyStarted' | 'ignored';
  readonly reason: string;
}

/**
 * Starts a rollout for each service whose spec takes its image from the pushed repository and whose pattern the tag matches.
 * The execution's name is made of what was pushed and when, so that an event delivered twice starts one rollout, and a tag that
 * comes back to an image starts another.
 */
export async function receivePush(
  event: z.output<typeof receivePushInput>,
  { store, executions, home }: Part<'store' | 'executions' | 'home'>,
): Promise<readonly Started[]> {
  const { 'repository-name': repository, 'image-digest': digest, 'image-tag': tag = '' } = event.detail;
  const services = await store.servicesOf(repository);
  if (services.length === 0) {
    return [
      { service: '', execution: '', outcome: 'ignored', reason: `no applied spec takes images from ${repository}` },
    ];
  }
  const what = event.detail['action-type'] === 'REPLICATE' ? 'a replication' : 'a push';
  const requestedBy = `${what} of ${repository}:${tag}`.slice(0, longestRequester);
  const answers: Started[] = [];
  for (const service of services) {
    const spec = (await store.spec(service))?.spec;
    const ignored = whyIgnored({ tag, account: event.account, region: event.region }, spec, home);
    if (ignored !== undefined) {
      answers.push({ service, execution: '', outcome: 'ignored', reason: ignored });
      continue;
    }
    const key = createHash('sha256')
      .update(`${repository}\n${tag}\n${digest}\n${event.time ?? ''}`)
      .digest('hex')
      .slice(0, 16);
    const execution = `push-${service}-${key}`;
    const input = {
      service,
      image: `${repository}:${tag}@${digest}`,
      requestedBy,
      traceId: event.id,
      pushedAt: event.time,
    };
    const { alreadyStarted } = await executions.start(execution, input);
    answers.push({
      service,
      execution,
      outcome: alreadyStarted ? 'alreadyStarted' : 'started',
      reason: alreadyStarted ? 'this push was received before' : 'pushed',
    });
  }
  return answers;
}
