import { InvalidArgumentError, Option } from 'commander';
import { type StartPreset, startPresets } from '../rollout/hotfix.ts';

/** The option by which a rollout goes another way than its spec says for any other one. */
export function presetOption(): Option {
  return new Option(
    '--preset <name>',
    'hotfix: fewer and shorter steps, in spite of windows, freezes and stops, once a second person approves',
  ).argParser((text): StartPreset => {
    const found = startPresets.find((one) => one === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`Expected ${startPresets.join(' or ')}.`);
  });
}
