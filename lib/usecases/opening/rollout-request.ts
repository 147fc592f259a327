import * as z from 'zod';
import { startPresets } from '../../rollout/hotfix.ts';
import { drillKinds } from '../../specification/drills.ts';
import { taskDefinitionArn } from '../../specification/task-definition-base.ts';
import { anImage, imageText, requestFields } from './request-fields.ts';

const service = z.string('expected the name of a service').min(1, 'expected the name of a service').max(64);

/** The input of an execution of the rollout machine; a person may have typed it. */
export const rolloutRequest = z
  .strictObject({
    service,
    image: imageText.optional(),
    ...requestFields,
    /** Of a push: when it was. */
    pushedAt: z.iso.datetime().optional(),
    /** Of an event of CI: when it was. */
    askedAt: z.iso.datetime().optional(),
    /** For `taskDefinition: from-event`. */
    taskDefinition: z.string().regex(taskDefinitionArn, 'expected the ARN of a task definition').optional(),
    /** The release that it is a part of; its execution is started by that release. */
    release: z.string().max(80).optional(),
    /** What runs already, with another task definition. */
    sameImage: z.literal(true).optional(),
    /** It goes another way than its spec says for any other rollout. */
    preset: z.enum(startPresets).optional(),
    /** A rehearsal with the version that serves. */
    drill: z.enum(drillKinds).optional(),
    /** The version that is kept for a quick rollback may go for it. */
    givesUpKept: z.literal(true).optional(),
    /** A person goes back: to the version that is kept, or to the one that `image` names. */
    rollback: z
      .strictObject({
        to: z.enum(['kept', 'version']),
        reason: z.string().min(1).max(600),
        /** The emergency that brings the version back. */
        emergency: z.string().max(80).optional(),
      })
      .optional(),
  })
  .refine(
    ({ image, rollback, sameImage, drill }) =>
      (image === undefined) === (rollback?.to === 'kept' || sameImage === true || drill !== undefined),
    {
      error: anImage,
      path: ['image'],
    },
  )
  .refine(({ rollback, sameImage }) => rollback === undefined || sameImage === undefined, {
    error: 'a rollback names the version that it goes back to',
    path: ['sameImage'],
  })
  .refine(
    ({ preset, rollback, drill, release, pushedAt, reason }) =>
      preset === undefined ||
      (reason !== undefined && [rollback, drill, release, pushedAt].every((one) => one === undefined)),
    { error: 'a person orders it with a reason, and for a rollout that is none but that', path: ['preset'] },
  )
  .refine(
    ({ drill, ...others }) =>
      drill === undefined ||
      [others.rollback, others.sameImage, others.release, others.taskDefinition].every((one) => one === undefined),
    { error: 'a drill is of what serves, and of nothing else', path: ['drill'] },
  );

export type AskedRollout = z.output<typeof rolloutRequest>;
