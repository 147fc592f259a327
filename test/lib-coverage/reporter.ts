import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { floorOf } from './floors.ts';
import { placesOf } from './places.ts';
import { roomsOf, tellLcov, tellNotRun, tellRooms, tooLow, type CountedFile } from './report.ts';
import { folder, isCounting, ranInAll } from './run.ts';

/** What Jest says of a run when it ends. */
interface Results {
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly wasInterrupted: boolean;
}

/** At the end of a run of all tests: tells how much of each room of `lib` ran, and fails where a room is below its floor. */
export default class CoverageReporter {
  private error: Error | undefined;

  onRunComplete(_contexts: unknown, results: Results): void {
    if (!isCounting() || results.wasInterrupted) return;
    const files = countedFiles();
    const rooms = roomsOf(files, floorOf);
    writeFileSync(path.join(folder, 'rooms.json'), `${JSON.stringify(rooms, undefined, 2)}\n`);
    writeFileSync(path.join(folder, 'not-run.txt'), tellNotRun(files));
    writeFileSync(path.join(folder, 'lcov.info'), tellLcov(files));
    process.stderr.write(
      `\n${tellRooms(rooms)}\nWhat did not run: ${path.relative(process.cwd(), folder)}/not-run.txt\n`,
    );
    // A test that failed has said so; what it did not reach is no news.
    const low = results.numFailedTests + results.numFailedTestSuites > 0 ? [] : tooLow(rooms);
    if (low.length > 0)
      this.error = new Error(
        `Less of lib ran than has to:\n  ${low.join('\n  ')}\nTest what not-run.txt names, or delete it; test/lib-coverage/floors.ts has the floors.`,
      );
  }

  getLastError(): Error | undefined {
    return this.error;
  }
}

function countedFiles(): readonly CountedFile[] {
  const ran = ranInAll();
  return globSync('lib/**/*.ts')
    .map((name) => name.replaceAll('\\', '/'))
    .sort()
    .map((name) => {
      const source = readFileSync(name, 'utf8');
      const seen = ran.get(name);
      return {
        name,
        source,
        places: placesOf(source).map((place, index) => ({ ...place, ran: seen?.[index] === true })),
      };
    });
}
