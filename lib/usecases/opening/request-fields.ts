import * as z from 'zod';
import { givenRequester } from '../../rollout/requester.ts';

/** What is expected of an image, for people. */
export const anImage = 'expected a tag, a digest or an image reference';

/** An image as a request names it. */
export const imageText = z.string(anImage).min(1, anImage).max(600);

/** Fields of every request that opens something: who wants it and why, and how it is traced. A person may have typed them. */
export const requestFields = {
  requestedBy: z.string().min(1).max(200).default('a person'),
  /** How far the requester is known, where a trigger knows more than the text. */
  requester: givenRequester.optional(),
  /** Why it is wanted, for those who approve and decide. */
  reason: z.string().min(1).max(600).optional(),
  traceId: z
    .string()
    .regex(/^[\w:=;.-]{1,128}$/)
    .optional(),
};
