import { globSync } from 'node:fs';

/** One room of the library: the code that is changed, and the folders whose tests ought to notice. */
export interface Room {
  readonly code: readonly string[];
  readonly tests: readonly string[];
}

export const roomNames = ['analysis', 'events', 'specification'] as const;

export const rooms: Readonly<Record<(typeof roomNames)[number], Room>> = {
  analysis: { code: ['lib/analysis/**/*.ts'], tests: ['analysis'] },
  events: {
    code: ['lib/rollout/events/*.ts', 'lib/rollout/{events,state,phase,phases,transition,rule-book,event-table}.ts'],
    tests: ['rollout', 'messages', 'usecases'],
  },
  specification: { code: ['lib/specification/**/*.ts'], tests: ['specification'] },
};

/**
 * Tests that take seconds (many drawn cases, days of traffic), start a server or a process, or replace what Jest alone can: they
 * are tests of the room too, so that a mutant which is said to survive may well be noticed by `npm test`.
 */
const leftOut =
  /(\.property|short-periods|benchmark.*|minute-comparison|backtest-command|on-the-fleet|health|simulation)\.test\.ts$|notifying\/simulation|usecases\/(?:attached|managed)\//;

/** Returns the files of tests of some folders that a mutant is tried against, from the root of the project. */
export function filesOf(folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) => globSync(`test/${folder}/**/*.test.ts`)).filter((file) => !leftOut.test(file));
}
