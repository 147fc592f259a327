import * as z from 'zod';
import { releaseSpec } from '../../releases/release-spec.ts';
import { givenRequester } from '../../rollout/requester.ts';

const anImage = 'expected a tag, a digest or an image reference';

/** The input of an execution of the release machine that opens one; a person may have typed it. */
export const releaseRequest = z.strictObject({
  /** As in `releases/<name>.yml`. */
  release: releaseSpec,
  /** Images by member, where the file names none or others. */
  images: z.record(z.string(), z.string(anImage).min(1, anImage).max(600)).default({}),
  requestedBy: z.string().min(1).max(200).default('a person'),
  requester: givenRequester.optional(),
  reason: z.string().min(1).max(600).optional(),
  traceId: z
    .string()
    .regex(/^[\w:=;.-]{1,128}$/)
    .optional(),
});

export type ReleaseRequest = z.output<typeof releaseRequest>;
