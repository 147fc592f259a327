import { driverOf } from '../drivers/registry.ts';
import type { Places } from '../drivers/shapes/registry.ts';
import { autoscaling } from './autoscaling.ts';
import { blueCapacity } from './blue-capacity.ts';
import { blueImage } from './blue-image.ts';
import { blueAnswers } from './blue-answers.ts';
import { deployment } from './deployment.ts';
import { imageTag } from './image-tag.ts';
import type { Check } from './check.ts';
import { otherDeployment } from './other-deployment.ts';
import { protocol } from './protocol.ts';
import { roomForRules } from './room-for-rules.ts';
import { slotsFit } from './slots-fit.ts';
import { stickiness } from './stickiness.ts';

/** Checks of every rollout. */
export const preChecks: readonly Check[] = [
  imageTag,
  slotsFit,
  deployment,
  otherDeployment,
  protocol,
  stickiness,
  roomForRules,
  blueCapacity,
  blueImage,
  blueAnswers,
  autoscaling,
];

/** Checks of the image, whatever runs it. */
const ofImage: readonly string[] = [imageTag.name, blueImage.name];

/** Returns the names of the checks before a rollout by a spec, in the order in which people read them. */
export function preCheckNamesOf(spec: Places): readonly string[] {
  const { checks } = driverOf(spec);
  return preChecks.map(({ name }) => name).filter((name) => ofImage.includes(name) || checks.includes(name));
}

/** @throws Error where there is no such check */
export function preCheckNamed(name: string): Check {
  const found = preChecks.find((check) => check.name === name);
  const names = preChecks.map((check) => check.name);
  if (found === undefined) throw new Error(`There is no pre-check "${name}"; there are ${names.join(', ')}.`);
  return found;
}

/** Stands for all checks before a rollout, those that always run and those that its spec turns on: they run in one call. */
export const everyCheck = 'every check';

/** Stands for the checks that the spec turns on. Only rollouts opened by an earlier version name it. */
export const checksOfSpec = 'checks of the spec';
