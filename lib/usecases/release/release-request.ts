import * as z from 'zod';
import { releaseSpec } from '../../releases/release-spec.ts';
import { imageText, requestFields } from '../opening/request-fields.ts';

/** The input of an execution of the release machine that opens one; a person may have typed it. */
export const releaseRequest = z.strictObject({
  /** As in `releases/<name>.yml`. */
  release: releaseSpec,
  /** Images by member, where the file names none or others. */
  images: z.record(z.string(), imageText).default({}),
  ...requestFields,
});

export type ReleaseRequest = z.output<typeof releaseRequest>;
