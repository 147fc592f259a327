import type { Option } from 'commander';
import { startPresets } from '../rollout/hotfix.ts';
import { choiceOption } from './choice-option.ts';

/** The option by which a rollout goes another way than its spec says for any other one. */
export function presetOption(): Option {
  return choiceOption(
    '--preset <name>',
    'hotfix: fewer and shorter steps, in spite of windows, freezes and stops, once a second person approves',
    startPresets,
  );
}
