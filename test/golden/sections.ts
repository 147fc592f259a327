import { scenarios } from '../statemachines/scenarios.ts';
import type { Lines } from './lines.ts';
import { writeCommands } from './commands.ts';
import { writeEvents } from './events.ts';
import { writeJudge } from './judge.ts';
import { writePages } from './pages.ts';
import { writeReleasedTable } from './released-table.ts';
import { writeTemplate } from './template.ts';
import { writeWalk } from './walks.ts';

/** One recorded file. */
export interface Section {
  /** Name of the file, without its ending. */
  readonly name: string;
  readonly isBrief: boolean;
  /** The test of its room that compares it, where the room's own tests have to notice what changes. */
  readonly heldBy?: string;
  readonly write: (lines: Lines) => Promise<void>;
}

/** Walks that are recorded with every value; of the others the names of what happens, and a hash of each value. */
const inFull = ['a good version', 'a bad version', 'people approve'];

const walks: readonly Section[] = Object.entries(scenarios).map(([name, play]) => ({
  name: `walks/${name.replaceAll(/\W+/g, '-')}`,
  isBrief: !inFull.includes(name),
  write: (lines) => writeWalk(play, lines),
}));

/** All that is recorded but the template, which takes a package to be made. */
export const sections: readonly Section[] = [
  ...walks,
  { name: 'events', isBrief: false, heldBy: 'test/rollout/event-words', write: writeEvents },
  { name: 'judge', isBrief: false, heldBy: 'test/analysis/judge-record', write: writeJudge },
  { name: 'pages', isBrief: false, write: writePages },
  { name: 'commands', isBrief: false, write: writeCommands },
  { name: 'table-0.1.0', isBrief: false, write: writeReleasedTable },
];

export const templateSection: Section = { name: 'template', isBrief: false, write: writeTemplate };
