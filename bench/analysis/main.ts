import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { readOptions, refuseOptions, wholeOption } from '../../local/process/read-options.ts';
import type { MeasuredShape } from './measure.ts';
import { measureAll } from './on-all-cores.ts';
import { type Own, readOwn, spec } from './own.ts';
import { dotPlot } from './plot.ts';
import { measureSpeed, type Speed } from './speed.ts';
import { mannWhitneyName, tablesOf } from './report.ts';
import { type Must, mustsOf, priceMusts } from './musts.ts';
import { shapes } from './shapes.ts';
import { storyOf, tellings } from './stories.ts';
import { storyPlot } from './story-plot.ts';
import { waldMinutes } from './wald.ts';

const root = new URL('../../', import.meta.url);
const page = new URL('docs/analysis.md', root);
const [begin, end] = ['<!-- benchmark: written by npm run bench:analysis -->', '<!-- end of benchmark -->'];

const help = `npm run bench:analysis -- [options]
  --quick       40 rollouts of each shape, nothing written
  --runs N      rollouts of each shape (200)
  --seed N      what the rollouts are drawn from (1)
  --only TEXT   shapes whose name contains it, nothing written
  --json        print what was measured as JSON, nothing written
  --pictures    only draw the rollouts of docs/judge.md
Writes its tables and plots into docs/. Exit code 1 where something that must hold does not.`;

async function main(): Promise<void> {
  const values = readOptions(help, {
    quick: { type: 'boolean', default: false },
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    pictures: { type: 'boolean', default: false },
  });
  if (values.pictures) return drawStories(values.json);
  const runs = values.quick ? 40 : wholeOption(help, 'runs', values.runs, 100_000);
  const seed = wholeOption(help, 'seed', values.seed, 2 ** 32 - 1);
  const chosen = shapes.filter(({ name }) => name.includes(values.only));
  if (chosen.length === 0) refuseOptions(help, `no shape has ${JSON.stringify(values.only)} in its name`);
  const own = await readOwn();
  const started = process.cpuUsage().user;
  const measured = await measureAll(chosen, runs, seed, (one) => {
    if (!values.json) console.log(progress(one));
  });
  const seconds = (process.cpuUsage().user - started) / 1e6;
  if (values.json) {
    console.log(JSON.stringify(measured.map(({ shape: { name }, judges: found }) => ({ name, judges: found }))));
    if (values.only === '') conclude(mustsOf(measured, runs));
  } else if (values.only === '') {
    const speed = await speedOf(own, runs, seed);
    await finish(measured, { scheduleAt: own.scheduleAt, runs, seed, seconds, speed, isWritten: !values.quick });
  }
}

/** Seed of the rollouts that are drawn. */
const storySeed = 1;

async function drawStories(isJson: boolean): Promise<void> {
  const own = await readOwn();
  const stories = tellings.map((telling) => storyOf(telling, own, storySeed));
  if (isJson) {
    console.log(JSON.stringify(stories.map((story) => ({ ...story, svg: storyPlot(story) }))));
    return;
  }
  for (const story of stories) {
    await writeFile(new URL(`docs/${story.file}.svg`, root), storyPlot(story));
    const end = story.backAt === undefined ? 'went through' : `went back in minute ${String(story.backAt)}`;
    console.log(`${story.title}: ${end}`);
  }
}

interface Run {
  readonly scheduleAt: Own['scheduleAt'];
  readonly runs: number;
  readonly seed: number;
  readonly seconds: number;
  readonly speed: Speed;
  readonly isWritten: boolean;
}

async function finish(measured: readonly MeasuredShape[], run: Run): Promise<void> {
  const musts = [...mustsOf(measured, run.runs), ...priceMusts(run.speed)];
  for (const { what, found, holds } of musts) console.log(`${holds ? 'holds' : 'FAILS'}  ${what}: ${found}`);
  if (run.isWritten) await write(measured, musts, run);
  conclude(musts);
}

function conclude(musts: readonly Must[]): void {
  if (musts.some(({ holds }) => !holds)) process.exitCode = 1;
}

/** What judging costs, on the first shape: independent errors of a healthy green, so that every minute is looked at. */
async function speedOf(own: Own, runs: number, seed: number): Promise<Speed> {
  const shape = shapes.find(({ healthy, rate }) => healthy && rate === 100);
  if (shape === undefined) throw new Error('No healthy shape has 100 requests/s.');
  const speed = await measureSpeed(
    shape,
    { settings: own.settings, schedule: own.scheduleAt(shape.rate) },
    fileURLToPath(new URL(spec, root)),
    10 * runs,
    seed,
  );
  return { ...speed, dollars: own.dollars };
}

function progress({ shape, judges }: MeasuredShape): string {
  const [us, them] = [judges[0], judges.find(({ judge }) => judge === mannWhitneyName)];
  if (us === undefined || them === undefined) return shape.name;
  const decided = `rolled back ${(100 * us.rolledBack).toFixed(1)} %, held ${(100 * us.held).toFixed(1)} %`;
  const sooner = shape.healthy
    ? ''
    : `, after ${us.minutes?.toFixed(1) ?? '-'} min, ${Math.round(us.badResponses)} bad responses against ${Math.round(them.badResponses)} (${(us.badResponses / them.badResponses).toFixed(3)})`;
  return `${shape.name.padEnd(52)} ${decided}${sooner}`;
}

async function write(
  measured: readonly MeasuredShape[],
  musts: readonly Must[],
  { scheduleAt, runs, seed, seconds }: Run,
): Promise<void> {
  const text = await readFile(page, 'utf8');
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/analysis.md lacks "${begin}" and "${end}"`);
  const wald = ({ shape }: MeasuredShape) => waldMinutes(shape, scheduleAt(shape.rate), 0.01, 1.25);
  const rows = musts.map(({ what, found, holds }) => `| ${what} | ${found} | ${holds ? 'yes' : '**no**'} |`);
  const section = [
    begin,
    `${runs} rollouts of each shape, seed ${seed}; ${Math.round(seconds)} s of processor time (${cpus()[0]?.model ?? 'unknown'}).`,
    ['| must hold | measured | holds |', '|---|---|---|', ...rows].join('\n'),
    '![False alarms by shape and judge](analysis-false-alarms.svg)',
    '![Bad responses by regression and judge](analysis-bad-responses.svg)',
    tablesOf(measured, wald),
    end,
  ].join('\n\n');
  await writeFile(page, before + section + after);
  await writeFile(new URL('docs/analysis-false-alarms.svg', root), falseAlarms(measured));
  await writeFile(new URL('docs/analysis-bad-responses.svg', root), badResponses(measured));
}

function falseAlarms(measured: readonly MeasuredShape[]): string {
  const rows = measured.filter(({ shape }) => shape.healthy);
  return dotPlot({
    title: 'Healthy versions rolled back',
    axis: 'percent of rollouts (square root scale)',
    series: rows[0]?.judges.map(({ judge }) => judge) ?? [],
    rows: rows.map(({ shape, judges }) => ({ name: shape.name, values: judges.map(({ rolledBack }) => rolledBack) })),
    ticks: [0, 0.01, 0.05, 0.2, 0.5, 1],
    scale: Math.sqrt,
    label: (value) => `${value * 100} %`,
  });
}

function badOf(judges: MeasuredShape['judges'], name: string): number {
  return judges.find(({ judge }) => judge === name)?.badResponses ?? 1;
}

function badResponses(measured: readonly MeasuredShape[]): string {
  const rows = measured.filter(({ shape }) => !shape.healthy);
  return dotPlot({
    title: "Bad responses until the decision, against the Mann-Whitney judge's",
    axis: 'times as many (logarithmic scale)',
    series: rows[0]?.judges.map(({ judge }) => judge) ?? [],
    rows: rows.map(({ shape, judges }) => ({
      name: shape.name,
      values: judges.map(({ badResponses: bad }) => bad / badOf(judges, mannWhitneyName)),
    })),
    ticks: [0.03, 0.1, 1 / 6, 0.5, 1, 3, 10],
    scale: (value) => Math.log(Math.max(value, 1e-9) / 0.03) / Math.log(10 / 0.03),
    label: (value) => (value < 0.2 && value > 0.15 ? '1/6' : String(value)),
  });
}

await main();
