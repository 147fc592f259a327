import { stringify } from 'yaml';
import type { SecondSlot } from './slot-to-copy.ts';
import { resourcesOf } from './template-of.ts';

/** Returns a template of CloudFormation that makes a second slot. */
export function cloudFormationText(slot: SecondSlot, head: readonly string[]): string {
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `The second slot of ${slot.like.service}, for rollouts with Sluice`,
    Resources: resourcesOf(slot),
  };
  return `${head.map((line) => `# ${line}\n`).join('')}${stringify(template, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}
