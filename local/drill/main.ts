import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseSpec } from '../../lib/specification/parse.ts';
import { startLoad } from '../load/load.ts';
import { type BoundedRun, boundedRun } from '../process/bounded-run.ts';
import { readOptions, refuseOptions } from '../process/read-options.ts';
import { type LocalStack, startLocalStack } from '../stack/local-stack.ts';
import { type Answer, answerOf } from './answers.ts';
import { chapters } from './chapters.ts';
import type { Drill } from './drill.ts';
import { drillSpec } from './drill-spec.ts';
import { createNeighbour } from './neighbour.ts';
import { type DrillReport, meanTimeToRestore, reportLines } from './report.ts';
import { runChapter } from './run-chapter.ts';
import { sluiceBeside } from './sluice.ts';

const help = `npm run drill -- [options]
  --only <name>   one chapter; may be given several times
  --json          the figures as JSON on the last line; all else goes to stderr
The worst day, rehearsed on the deployed local stack, under traffic:
${chapters.map(({ name, what }) => `  ${name.padEnd(12)}${what}`).join('\n')}
Each figure has the clock that it is by: the record's, the load balancer's, the clients', the inbox's. All are of this machine.
Exit code 1 where something does not hold that has to.`;

const requestsPerSecond = { users: 40, neighbour: 20 } as const;
/** Gives up after it. */
const longestSeconds = 1500;

const { only, json } = readOptions(help, {
  only: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
});
const unknown = only?.find((name) => !chapters.some((chapter) => chapter.name === name));
if (unknown !== undefined) refuseOptions(help, `there is no chapter ${JSON.stringify(unknown)}`);
const tell = (line: string) => (json ? process.stderr : process.stdout).write(`${line}\n`);
process.exit(await boundedRun({ seconds: longestSeconds, tell, failed: 'The drill failed' }, main));

async function main({ supervisor, isOver }: BoundedRun): Promise<number> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'sluice-drill-'));
  try {
    const stack = await startLocalStack(supervisor, tell);
    const reports = await rehearse(stack, home, isOver);
    const wanted = only?.length ?? chapters.length;
    const mean = meanTimeToRestore(reports);
    tell(`\n${mean.holds ? 'holds' : 'FAILS'}  ${mean.what}: ${mean.saw}`);
    const isEach = reports.length === wanted && reports.every(({ bounds }) => bounds.every((one) => one.holds));
    const holds = isEach && mean.holds;
    if (json) process.stdout.write(`${JSON.stringify({ holds, meanTimeToRestoreMs: mean.ms, chapters: reports })}\n`);
    return holds ? 0 : 1;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function rehearse(stack: LocalStack, home: string, isOver: () => boolean): Promise<readonly DrillReport[]> {
  const { service, clients, aws } = stack;
  const parsed = parseSpec(drillSpec(service), 'drill.yml');
  if (!parsed.ok) throw new Error(`the spec of the drill is not right: ${JSON.stringify(parsed.findings)}`);
  await clients.store.putSpec(parsed.spec, 'the drill', new Date().toISOString());
  const beside = await createNeighbour(stack);
  const answers: Answer[] = [];
  const users = startLoad({
    url: service.url,
    requestsPerSecond: requestsPerSecond.users,
    maxSeconds: longestSeconds,
    onAnswer: (answer) => answers.push(answerOf(answer)),
  });
  const neighbour = startLoad({
    url: beside,
    requestsPerSecond: requestsPerSecond.neighbour,
    maxSeconds: longestSeconds,
  });
  const drill: Drill = { stack, answers, neighbour, sluice: sluiceBeside(aws, home), isOver };
  const reports: DrillReport[] = [];
  try {
    await untilAnswered(answers);
    for (const chapter of chapters) {
      if (isOver() || (only !== undefined && !only.includes(chapter.name))) continue;
      tell(`\n${chapter.name}: ${chapter.what} …`);
      const report = await runChapter(chapter, drill);
      for (const line of reportLines(report)) tell(line);
      reports.push(report);
    }
  } finally {
    await Promise.all([users.stop(), neighbour.stop()]);
  }
  return reports;
}

/** Some answers have to be there before a chapter asks which version serves. */
async function untilAnswered(answers: readonly Answer[]): Promise<void> {
  while (answers.length < requestsPerSecond.users * 2) await new Promise((resolve) => setTimeout(resolve, 100));
}
