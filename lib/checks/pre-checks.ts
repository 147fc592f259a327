import { autoscaling } from './autoscaling.ts';
import { blueCapacity } from './blue-capacity.ts';
import { blueImage } from './blue-image.ts';
import { blueAnswers } from './blue-answers.ts';
import { deployment } from './deployment.ts';
import { imageTag } from './image-tag.ts';
import type { PreCheck } from './pre-check.ts';
import { protocol } from './protocol.ts';
import { roomForRules } from './room-for-rules.ts';
import { slotsFit } from './slots-fit.ts';
import { stickiness } from './stickiness.ts';

const preChecks: readonly PreCheck[] = [
  imageTag,
  slotsFit,
  deployment,
  protocol,
  stickiness,
  roomForRules,
  blueCapacity,
  blueImage,
  blueAnswers,
  autoscaling,
];

/** Names of all pre-checks, in the order in which people read them. */
export const preCheckNames: readonly string[] = preChecks.map(({ name }) => name);

/** @throws Error where there is no such check */
export function preCheckNamed(name: string): PreCheck {
  const found = preChecks.find((check) => check.name === name);
  if (found === undefined) throw new Error(`There is no pre-check "${name}"; there are ${preCheckNames.join(', ')}.`);
  return found;
}
