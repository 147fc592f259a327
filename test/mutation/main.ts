import { globSync } from 'node:fs';
import path from 'node:path';
import type { MutantResult, Position } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';
import { readOptions, refuseOptions, wholeOption } from '../../local/process/read-options.ts';
import { isDrawn } from './draw.ts';
import { filesOf, roomNames, rooms } from './rooms.ts';
import { tellScores } from './scores.ts';

const help = `npm run mutation -- [options]
  --room <name>     ${roomNames.join(', ')} (default: all, one after the other)
  --only <glob>     only these files of the rooms, such as 'lib/analysis/{mixture,bets}.ts'
  --percent <n>     only so many per cent of the mutants, drawn, the same ones each time (default 100)
  --draw <n>        which ones: each draws others than those before it with the same per cent (default 1)
  --processes <n>   processes that run tests (default 2)
Changes the code of a room in one place after the other (a mutant) and asks the unit tests of the room whether they notice.
Prints the score of each file, and leaves every mutant in .sluice/mutation/<room>.json. docs/mutation.md says what was found.`;

const values = readOptions(help, {
  room: { type: 'string' },
  only: { type: 'string' },
  percent: { type: 'string', default: '100' },
  draw: { type: 'string', default: '1' },
  processes: { type: 'string', default: '2' },
});
const chosen = roomNames
  .filter((name) => values.room === undefined || values.room === name)
  .map((name) => ({ name, code: globSync(rooms[name].code).filter(isMeant), tests: rooms[name].tests }))
  .filter(({ code }) => code.length > 0);
if (values.room !== undefined && !roomNames.some((name) => name === values.room))
  refuseOptions(help, `--room is ${JSON.stringify(values.room)}, expected analysis, events or specification`);
if (chosen.length === 0) refuseOptions(help, `no file of a room matches ${values.only ?? ''}`);
const share = wholeOption(help, 'percent', values.percent, 100) / 100;
const turn = wholeOption(help, 'draw', values.draw, 100);
const processes = wholeOption(help, 'processes', values.processes, 64);

for (const { name, code, tests } of chosen) {
  const files = filesOf(tests);
  const mutants = await new Stryker({
    plugins: [path.join(import.meta.dirname, 'runner/plugin.ts')],
    testRunner: 'in-process',
    testRunnerNodeArgs: ['--disable-warning=ExperimentalWarning'],
    inProcess: { files, share, turn },
    mutate: code,
    coverageAnalysis: 'perTest',
    concurrency: processes,
    // Each mutant that is loaded anew leaves modules behind, which a process cannot forget.
    maxTestRunnerReuse: 200,
    tempDirName: '.sluice/mutation/sandbox',
    cleanTempDir: 'always',
    ignorePatterns: ['.sluice', '.ci', 'coverage', 'dist', 'examples/cdk'],
    reporters: ['progress-append-only', 'json'],
    jsonReporter: { fileName: `.sluice/mutation/${name}.json` },
    timeoutMS: 20_000,
    allowConsoleColors: false,
  }).runMutationTest();
  process.stdout.write(
    tellScores(
      name,
      mutants.filter((mutant) => isDrawn(fromZero(mutant), { share, turn })),
    ),
  );
}

/** The place of a mutant as the runner is told it: results count lines and columns from 1. */
function fromZero(mutant: MutantResult): MutantResult {
  const { start, end } = mutant.location;
  const less = ({ line, column }: Position) => ({ line: line - 1, column: column - 1 });
  return { ...mutant, location: { start: less(start), end: less(end) } };
}

function isMeant(file: string): boolean {
  return values.only === undefined || path.matchesGlob(file, values.only);
}
