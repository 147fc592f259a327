import { Command, InvalidArgumentError } from 'commander';
import type { Learned } from '../../analysis/lesson.ts';
import { calibrate } from '../../calibration/calibrate.ts';
import { layoutOf } from '../../drivers/shapes/layout-of.ts';
import { formatFinding } from '../../specification/finding.ts';
import { parseSpec } from '../../specification/parse.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { learnedSoFar } from '../../usecases/opening/learned-so-far.ts';
import { svgChart, terminalChart } from '../calibrate/calibration-chart.ts';
import { calibrationJson, calibrationLines, type Calibrated } from '../calibrate/calibration-view.ts';
import { jsonOfProposal, proposalLines } from '../calibrate/proposal-view.ts';
import { historyQuestion, mostDays, readHistory } from '../calibrate/read-history.ts';
import { patchedSpec } from '../calibrate/spec-patch.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { jsonText } from '../json-text.ts';
import { asked } from '../plan/asked.ts';
import { readSpecFile } from '../spec-files.ts';
import { positiveInteger, recordName, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly days: number;
  readonly runs: number;
  readonly file?: string;
  readonly chart?: string;
  readonly write?: boolean;
  readonly json?: boolean;
}

/** Rehearsals of each regression that is tried, at most: enough to tell nine in ten from fewer. */
const mostOfRegression = 20;
/** One seed, so that who asks twice gets the same answer. */
const seed = 1;

/** `sluice calibrate <service>`: what the metrics of the last days say of the limits and steps of a spec. Changes nothing in AWS. */
export function calibrateCommand(context: CliContext): Command {
  const command = new Command('calibrate')
    .description('say from days of metrics how often a service breaks its own limits, and what its gates would find')
    .argument('<service>', 'the service, as its spec names it', recordName)
    .option('--days <number>', `how many days are read, 1 to ${mostDays}`, daysOption, 7)
    .option('--file <path>', 'judge by the spec in this file, instead of the one that is applied')
    .option('--runs <number>', 'how many rollouts are rehearsed', positiveInteger, 200)
    .option('--chart <path>', 'also write a chart of it, as SVG', svgFile)
    .option('--write', 'write what is proposed into the file of --file')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      [
        '',
        'Needs cloudwatch:GetMetricData; says what that costs before it asks. Exits with 3 where there is too little data to tell.',
        '',
        'Examples:',
        '  sluice calibrate web',
        '  sluice calibrate web --days 14 --chart web.svg',
        '  sluice calibrate web --file rollouts/web.yml --write',
      ].join('\n'),
    );
  return withStackOptions(command).action((service: string, options: Options) => run(service, options, context));
}

function daysOption(text: string): number {
  if (/^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= mostDays) return Number(text);
  throw new InvalidArgumentError(
    `Expected a whole number, 1 to ${mostDays}: CloudWatch keeps datapoints of a minute no longer.`,
  );
}

function svgFile(path: string): string {
  if (path.endsWith('.svg')) return path;
  throw new InvalidArgumentError('Expected the name of a file that ends with .svg.');
}

async function run(service: string, options: Options, context: CliContext): Promise<void> {
  if (options.write === true && options.file === undefined)
    throw new CliFailure('--write needs the file to write into. Name it with --file.', 2);
  const { spec, text, learned } = await judgedBy(service, options, context);
  const region = options.region ?? layoutOf(spec).region;
  const question = historyQuestion(spec, options.days, context.now());
  const { calls, series, dollars } = question;
  context.err(`Asks CloudWatch ${calls} times for ${series} series: about $${dollars.toFixed(4)} at list price.`);
  const progress = (what: string) => {
    context.err(`... ${what}`);
  };
  const rows = await readHistory(spec, question, await context.metrics({ region }), progress);
  const calibration = calibrate({
    ...{
      spec,
      learned,
      rows,
      periodSeconds: question.periodSeconds,
      runs: options.runs,
      runsOfRegression: Math.min(mostOfRegression, options.runs),
      seed,
      progress,
    },
    periods: Math.round((question.to - question.from) / question.periodSeconds),
  });
  const found: Calibrated = { spec, question, calibration };
  if (options.chart !== undefined) await context.writeFile(options.chart, svgChart(found), true);
  const patched = text === undefined ? undefined : patchedSpec(text, spec, calibration.proposal);
  print(found, { ...options, text, patched }, context);
  if (calibration.past.minutes.length === 0)
    context.err(
      `error: no requests of ${printable(service)} are known of the last ${options.days} days in ${region}. Check --region, and the target groups and the rules of its spec.`,
    );
  if (calibration.lacks !== undefined) context.exitWith(3);
  await write(found, { ...options, patched }, context);
}

interface Judging {
  readonly spec: RolloutSpec;
  readonly text?: string;
  readonly learned: Learned | undefined;
}

async function judgedBy(service: string, options: Options, context: CliContext): Promise<Judging> {
  if (options.file === undefined) {
    const { store } = await context.connect(options);
    const applied = await store.spec(service);
    if (applied !== undefined) return { spec: applied.spec, learned: await learnedSoFar(applied.spec, store) };
    throw new CliFailure(
      `Stage ${options.stage} has no spec of a service "${service}". Check the name and --stage, or name its file with --file.`,
    );
  }
  const { spec, text } = await specIn(options.file, context);
  if (spec.service !== service)
    throw new CliFailure(`${options.file} is the spec of ${spec.service}, not of ${service}. Name the other one.`, 2);
  const learned = await asked(async () => learnedSoFar(spec, (await context.connect(options)).store));
  if ('answer' in learned) return { spec, text, learned: learned.answer };
  context.err(
    `note: what earlier rollouts taught the gates is left out, as the stage does not say it: ${learned.unknown}`,
  );
  return { spec, text, learned: undefined };
}

async function specIn(
  file: string,
  context: CliContext,
): Promise<{ readonly spec: RolloutSpec; readonly text: string }> {
  const read = await readSpecFile(context, file);
  if ('finding' in read) throw new CliFailure(formatFinding(read.finding), 2);
  const parsed = parseSpec(read.text, file);
  if (parsed.ok) return { spec: parsed.spec, text: read.text };
  for (const finding of parsed.findings) context.err(formatFinding(finding));
  throw new CliFailure('There is no spec to judge by. Correct what is reported above, then try again.', 2);
}

interface Patched extends Options {
  readonly text?: string | undefined;
  /** The file's text with the proposal; absent where there is none, or where it cannot be put into the text. */
  readonly patched?: string | undefined;
}

function print(found: Calibrated, { json, text, patched, file }: Patched, context: CliContext): void {
  const { spec, calibration } = found;
  if (json === true) {
    context.out(jsonText({ ...calibrationJson(found), proposal: jsonOfProposal(spec, calibration.proposal) }));
    return;
  }
  const chart = terminalChart(found);
  const proposal = proposalLines(spec, calibration, { file, text, patched });
  for (const line of [...calibrationLines(found), ...(chart.length === 0 ? [] : ['', ...chart]), '', ...proposal])
    context.out(line);
}

async function write(
  { calibration: { proposal } }: Calibrated,
  { write: isWanted, file, patched }: Patched,
  context: CliContext,
): Promise<void> {
  if (isWanted !== true || file === undefined || proposal.limits.length + proposal.bakes.length === 0) return;
  if (patched === undefined)
    throw new CliFailure(`${file} is written in a way that cannot be changed in place. Write the lines above into it.`);
  await context.writeFile(file, patched, true);
  context.err(`${file} is written. Check it with: sluice lint ${file}`);
}
