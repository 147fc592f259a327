import { stringify } from 'yaml';
import type { CodePlace } from './code-place.ts';
import type { SecondSlot } from './slot-to-copy.ts';
import { resourcesOf } from './template-of.ts';

/** Returns a template of CloudFormation that makes a second slot. */
export function cloudFormationText(
  slot: SecondSlot,
  place: Pick<CodePlace, 'weights'>,
  head: readonly string[],
): string {
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `The second slot of ${slot.like.service}, for rollouts with Sluice`,
    Resources: resourcesOf(slot, place),
  };
  return `${head.map((line) => `# ${line}\n`).join('')}${stringify(template, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}
