import { Command } from 'commander';
import { layoutOf } from '../../drivers/shapes/layout-of.ts';
import { describeNeeds } from '../../rollout/quiet-steps.ts';
import { formatFinding, type Finding } from '../../specification/finding.ts';
import { findingsAt } from '../../specification/lint.ts';
import { lintJudgement } from '../../specification/lint-judgement.ts';
import { parseSpec } from '../../specification/parse.ts';
import { lintFile } from '../calendar-doubts.ts';
import type { CliContext } from '../cli-context.ts';
import { liveDoubts } from '../live/live-doubts.ts';
import { liveTraffic, trafficDoubts } from '../live/live-traffic.ts';
import { asked } from '../plan/asked.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { counted } from '../../specification/text/counted.ts';
import { readSpecFile } from '../spec-files.ts';
import { withRegionOfSpec } from '../stack-options.ts';
import { jsonText } from '../json-text.ts';
import { quotedLine } from '../quoted-line.ts';

interface Options {
  readonly live?: boolean;
  readonly region?: string;
  readonly json?: boolean;
}

/** What the file alone tells, and of a file without a mistake what ECS and the load balancers tell. */
async function findingsOf(
  text: string,
  file: string,
  { live, region }: Options,
  context: CliContext,
): Promise<readonly Finding[]> {
  const { findings: ofFile } = await lintFile(text, file, context);
  const parsed = parseSpec(text, file);
  if (!parsed.ok) return ofFile;
  const { spec, source } = parsed;
  const findings = [...ofFile, ...findingsAt(lintJudgement(spec, source.value), file, source)];
  if (live !== true) return findings;
  const place = { region: region ?? layoutOf(spec).region };
  const look = await context.look(place);
  const doubts = await liveDoubts(spec, look, context.now());
  const traffic = await asked(async () => liveTraffic(spec, look, await context.metrics(place), context.now()));
  return [...findings, ...findingsAt([...doubts, ...trafficDoubts(spec, traffic)], file, source)];
}

/** Says what each step needs of the service's traffic, which no file tells; nothing of a file that is no spec. */
function needsOf(text: string, file: string): readonly string[] {
  const parsed = parseSpec(text, file);
  const needs = parsed.ok ? describeNeeds(parsed.spec) : undefined;
  return needs === undefined ? [] : [`note: ${printable(file)}: ${needs}.`];
}

/** `sluice lint <file...>`: each finding on a line; exit code 1 where one is an error. Needs no AWS, unless it is told to ask it. */
export function lintCommand(context: CliContext): Command {
  const command = new Command('lint')
    .description('check rollout specs; without --live it does not call AWS')
    .argument('<file...>', 'rollout specs')
    .option('--live', 'ask ECS, the load balancers and their metrics as well whether they fit; changes nothing')
    .option('--json', 'print the findings as a JSON array')
    .addHelpText(
      'after',
      '\nExits with 1 where a finding is an error, with 0 where all are warnings and hints.\nsluice doctor asks the same of ECS and the load balancers, and the account and the stack besides.\n\nExamples:\n  sluice lint rollouts/*.yml\n  sluice lint rollouts/web.yml --live',
    );
  return withRegionOfSpec(command).action(async (files: readonly string[], options: Options) => {
    const findings: Finding[] = [];
    for (const file of files) {
      const read = await readSpecFile(context, file);
      const found = 'finding' in read ? [read.finding] : await findingsOf(read.text, file, options, context);
      findings.push(...found);
      if (options.json) continue;
      // With --live the traffic is known, and what is too little for a step is a finding.
      if ('text' in read && options.live !== true) for (const note of needsOf(read.text, file)) context.err(note);
      // In a pipe each finding stays one line, for what reads them.
      const text = 'text' in read && context.terminal !== undefined ? read.text : '';
      for (const finding of found) {
        for (const line of [formatFinding(finding), ...quotedLine(text, finding)]) context.out(line);
      }
    }
    if (options.json) context.out(jsonText(findings));
    // Silence could be a file that was not read: a good spec says so, beside the findings.
    else if (findings.every(({ severity }) => severity === 'hint')) {
      const hints = findings.length === 0 ? 'nothing' : `${counted(findings.length, 'hint')}, nothing else`;
      context.err(`${counted(files.length, 'spec')} checked, ${hints} to report.`);
    }
    if (findings.some(({ severity }) => severity === 'error')) context.exitWith(1);
  });
}
