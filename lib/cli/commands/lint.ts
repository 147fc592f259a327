import { Command } from 'commander';
import { layoutOf } from '../../drivers/shapes/layout-of.ts';
import { describeNeeds } from '../../rollout/quiet-steps.ts';
import { formatFinding, type Finding } from '../../specification/finding.ts';
import { findingsAt } from '../../specification/lint.ts';
import { lintJudgement } from '../../specification/lint-judgement.ts';
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

interface Options {
  readonly live?: boolean;
  readonly region?: string;
  readonly json?: boolean;
}

interface Linted {
  readonly findings: readonly Finding[];
  /** What each step needs of the service's traffic, which no file tells; with --live the traffic is known, and what is too little is a finding. */
  readonly needs?: string | undefined;
}

/** What the file alone tells, and of a file without a mistake what ECS and the load balancers tell. */
async function lintedFile(text: string, file: string, { live, region }: Options, context: CliContext): Promise<Linted> {
  const { findings: ofFile, parsed } = await lintFile(text, file, context);
  if (!parsed.ok) return { findings: ofFile };
  const { spec, source } = parsed;
  const findings = [...ofFile, ...findingsAt(lintJudgement(spec, source.value), file, source)];
  if (live !== true) return { findings, needs: describeNeeds(spec) };
  const place = { region: region ?? layoutOf(spec).region };
  const look = await context.look(place);
  const doubts = await liveDoubts(spec, look, context.now());
  const traffic = await asked(async () => liveTraffic(spec, look, await context.metrics(place), context.now()));
  return { findings: [...findings, ...findingsAt([...doubts, ...trafficDoubts(spec, traffic)], file, source)] };
}

/** In a pipe each finding stays one line, for what reads them; on a terminal the line of the file comes with it. */
async function show(found: readonly Finding[], text: string, { terminal, out }: CliContext): Promise<void> {
  // Loaded for a terminal alone: to know how wide each character is takes longer than to read a spec.
  const quoted = terminal === undefined ? () => [] : (await import('../quoted-line.ts')).quotedLine;
  for (const finding of found) for (const line of [formatFinding(finding), ...quoted(text, finding)]) out(line);
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
      const linted: Linted =
        'finding' in read ? { findings: [read.finding] } : await lintedFile(read.text, file, options, context);
      const { findings: found, needs } = linted;
      findings.push(...found);
      if (options.json) continue;
      if (needs !== undefined) context.err(`note: ${printable(file)}: ${needs}.`);
      await show(found, 'text' in read ? read.text : '', context);
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
