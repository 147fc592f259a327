import { createHash } from 'node:crypto';
import * as z from 'zod';
import { parseImageReference } from '../../rollout/image-reference.ts';
import type { Requester } from '../../rollout/requester.ts';
import { taskDefinitionArn } from '../../specification/task-definition-base.ts';
import type { Part } from '../../ports/world.ts';

const traceIdText = z.string().regex(/^[\w:=;.-]{1,128}$/, 'expected a trace id');

/** Any event that the rule lets through; what is in it is judged by the use case, as a refusal, not as an error to repeat. */
export const receiveRequestInput = z.object({
  'detail-type': z.literal('sluice.rollout.requested'),
  source: z.string().max(256).default('unknown'),
  /** The trace where the detail names none. */
  id: traceIdText.optional().catch(undefined),
  /** When CI asked: EventBridge may deliver it late, and in any order. */
  time: z.iso.datetime().optional().catch(undefined),
  detail: z.unknown(),
});

const name = /^[a-z][a-z0-9-]{0,31}$/;
const plain = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\p{C}]*$/u, 'expected text without control characters');

/** The documented shape of the event's detail, version 1. */
const detail = z.strictObject({
  version: z.literal(1, 'expected 1, the version of this shape'),
  service: z.string().regex(name, 'expected the name of a service'),
  image: plain(600).refine(
    (text) => parseImageReference(text) !== undefined,
    'expected a tag, a digest or an image reference',
  ),
  requestedBy: plain(150).optional(),
  /** What is built: its author counts as a requester, too. */
  commit: z
    .strictObject({
      sha: z
        .string()
        .regex(/^[0-9a-f]{7,64}$/, 'expected the hash of a commit')
        .optional(),
      author: z.strictObject({
        name: plain(150).optional(),
        mail: plain(254).optional(),
        github: plain(39).optional(),
      }),
    })
    .optional(),
  /** Why it is wanted, for those who approve and decide. */
  reason: plain(600).optional(),
  traceId: traceIdText.optional(),
  taskDefinition: z.string().regex(taskDefinitionArn, 'expected the ARN of a task definition').optional(),
  /** Tells two requests for the same image apart; without it the second one is the first one again. */
  requestId: plain(128).optional(),
});

interface Received {
  readonly service: string;
  readonly execution: string;
  readonly outcome: 'started' | 'alreadyStarted' | 'ignored' | 'refused';
  readonly reason: string;
}

/**
 * Starts the rollout that a CI event asks for. The execution's name is made of what was asked for, so that the same event twice
 * starts one rollout. A detail that does not fit and a service without a spec are refused with the reason; nothing is started.
 */
export async function receiveRequest(
  event: z.output<typeof receiveRequestInput>,
  { store, executions }: Part<'store' | 'executions'>,
): Promise<Received> {
  const parsed = detail.safeParse(event.detail);
  if (!parsed.success) {
    const wrong = parsed.error.issues
      .slice(0, 5)
      .map(({ path, message }) => [...path.map((part) => String(part).slice(0, 40)), message].join(': '))
      .join('; ');
    return answer('', '', 'refused', `the detail is not of the documented shape: ${wrong}`.slice(0, 600));
  }
  const { service, image, traceId = event.id, taskDefinition, requestId, requestedBy, commit, reason } = parsed.data;
  if ((await store.spec(service)) === undefined) {
    return answer(service, '', 'ignored', `no spec is applied for service ${service}`);
  }
  const what = JSON.stringify([service, image, taskDefinition, requestId]);
  const execution = `ci-${service}-${createHash('sha256').update(what).digest('hex').slice(0, 16)}`;
  const input = {
    service,
    image,
    requestedBy:
      requestedBy ?? authorOf(commit?.author) ?? `an event of ${event.source}`.slice(0, 150).replaceAll(/\p{C}/gu, ' '),
    ...requesterIn(commit?.author),
    ...(reason === undefined ? {} : { reason }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
    ...(event.time === undefined ? {} : { askedAt: event.time }),
  };
  const { alreadyStarted } = await executions.start(execution, input);
  return alreadyStarted
    ? answer(
        service,
        execution,
        'alreadyStarted',
        'this request was received before; a requestId of its own repeats it',
      )
    : answer(service, execution, 'started', 'requested');
}

type Author = NonNullable<z.output<typeof detail>['commit']>['author'] | undefined;

function authorOf(author: Author): string | undefined {
  return (author?.name ?? author?.mail ?? author?.github)?.slice(0, 150);
}

/** The author cannot approve, even where somebody else is named as the requester. */
function requesterIn(author: Author): { readonly requester?: Requester } {
  const { name: called, mail, github } = author ?? {};
  const identities = [called, mail, github && `github:${github}`].filter((one) => one !== undefined);
  return identities.length === 0 ? {} : { requester: { standing: 'named', identities } };
}

function answer(service: string, execution: string, outcome: Received['outcome'], reason: string): Received {
  return { service, execution, outcome, reason };
}
