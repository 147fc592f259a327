import { counted } from '../../specification/text/counted.ts';
import { Command } from 'commander';
import { formatFinding } from '../../specification/finding.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { lintFile } from '../calendar-doubts.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { type Diagnosis, exitCodeOf, type DiagnosisStatus } from '../doctor/diagnosis.ts';
import { type Examination, examine } from '../doctor/examine.ts';
import type { LookedSpec } from '../doctor/patient.ts';
import { jsonText } from '../json-text.ts';
import { readSpecFile } from '../spec-files.ts';
import { withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly json?: boolean;
}

const marks: Readonly<Record<DiagnosisStatus, string>> = {
  well: 'ok',
  doubtful: 'warning',
  missing: 'MISSING',
  unknown: 'UNKNOWN',
};

/** `sluice doctor`: what a stage lacks in its account, with the commands that mend it. */
export function doctorCommand(context: CliContext): Command {
  const command = new Command('doctor')
    .description('say what a stage lacks in its account, and print the commands that mend it; changes nothing')
    .argument('[file...]', 'rollout specs that are asked about; by default those that are applied in the stage')
    .option('--json', 'print the results as JSON')
    .addHelpText(
      'after',
      [
        '\nIt asks about account, stack, rights, tags, trail, quotas, and about each service what lint --live asks.',
        'What could not be found out is UNKNOWN, with the right that is lacking: it is neither good nor bad.',
        '\nExits with 1 where something is missing, with 3 where nothing is but not all could be found out, else with 0.',
        '\nExamples:\n  sluice doctor --stage production --region eu-west-1\n  sluice doctor rollouts/*.yml',
      ].join('\n'),
    );
  return withStackOptions(command).action(async (files: readonly string[], options: Options) => {
    const specs = await Promise.all(files.map((file) => specIn(file, context)));
    const examination = await examine(options, specs, context);
    const { results, ...facts } = examination;
    if (options.json === true)
      context.out(jsonText({ ...facts, rolloutsAtOnce: facts.rolloutsAtOnce ?? null, results }));
    else for (const line of lines(examination)) context.out(line);
    context.exitWith(exitCodeOf(results));
  });
}

/** @throws CliFailure where the file is no spec: what AWS has cannot be held against it */
async function specIn(file: string, context: CliContext): Promise<LookedSpec> {
  const read = await readSpecFile(context, file);
  if ('finding' in read) throw new CliFailure(formatFinding(read.finding));
  const { findings, spec } = await lintFile(read.text, file, context);
  for (const finding of findings) context.err(formatFinding(finding));
  if (spec === undefined) throw new CliFailure(`${file} has mistakes: correct what is reported above.`);
  return { spec, of: file };
}

function lines({ results }: Examination): readonly string[] {
  const widest = Math.max(...results.map(({ topic }) => topic.length));
  const shown = results.flatMap(({ topic, standing, says, mend }) => [
    `${marks[standing].padEnd(7)}  ${topic.padEnd(widest)}  ${printable(says)}`,
    ...mend.map((command) => `${' '.repeat(7)}  ${' '.repeat(widest)}  $ ${printable(command)}`),
  ]);
  return [...shown, summary(results)];
}

function summary(results: readonly Diagnosis[]): string {
  const count = (status: DiagnosisStatus) => results.filter((one) => one.standing === status).length;
  const unknown = count('unknown');
  return `${count('missing')} missing, ${counted(count('doubtful'), 'warning')}, ${unknown} not found out, ${count('well')} well. Nothing was changed.`;
}
