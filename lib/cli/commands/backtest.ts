import { createReadStream } from 'node:fs';
import { Command } from 'commander';
import type { AnalysisInput } from '../../analysis/analyse.ts';
import { backtestReader, type RecordedRollout, recordedPeriodSeconds } from '../../analysis/backtest-lines.ts';
import { replay } from '../../analysis/replay.ts';
import { formatFinding } from '../../specification/finding.ts';
import { metricsOfGate } from '../../specification/gate.ts';
import { parseSpec } from '../../specification/parse.ts';
import { printable } from '../../specification/text/plain-text.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { backtestView, type Backtested } from '../backtest-view.ts';
import { CliFailure, type CliContext } from '../cli-context.ts';
import { LineTooLong, linesOf } from '../recorded-lines.ts';
import { readSpecFile, whyUnreadable } from '../spec-files.ts';
import { jsonText } from '../json-text.ts';

/**
 * `sluice backtest <spec> <datapoints>`: replays recorded minutes through the code that judges live rollouts. Exit code 0
 * whatever is decided, 2 where the input is wrong. Needs no AWS.
 */
export function backtestCommand(context: CliContext): Command {
  return new Command('backtest')
    .description('replay recorded minutes through the gates of a spec, without asking AWS')
    .argument('<spec>', 'a rollout spec, whose gates judge')
    .argument('<datapoints>', 'recorded minutes, one JSON object a line')
    .option('--json', 'print one JSON object a rollout')
    .addHelpText(
      'after',
      [
        '',
        'A line: {"rollout":"r1","minute":0,"weight":5,"blue":{"requests":5700,"errors":11},"green":{"requests":300,"errors":1}}',
        "Minutes below 0 with weight 0 are blue's history. A missing key is a missing datapoint.",
        '',
        'Example:',
        '  sluice backtest examples/backtest.yml minutes.jsonl',
      ].join('\n'),
    )
    .action(async (specFile: string, dataFile: string, { json = false }: { json?: boolean }) => {
      const spec = await readSpec(context, specFile);
      const recorded = await readRollouts(spec, dataFile);
      for (const warning of unknownMetrics(spec, recorded)) context.err(`warning: ${warning}`);
      const input = inputOf(spec);
      const results = recorded.map((each) => ({ recorded: each, ...replay({ ...input, periods: each.periods }) }));
      const lines = json ? results.map(jsonLine) : backtestView(results, input);
      for (const line of lines) context.out(line);
    });
}

async function readSpec(context: CliContext, file: string): Promise<RolloutSpec> {
  const read = await readSpecFile(context, file);
  if ('finding' in read) throw new CliFailure(formatFinding(read.finding), 2);
  const parsed = parseSpec(read.text, file);
  if (parsed.ok) return parsed.spec;
  for (const finding of parsed.findings) context.err(formatFinding(finding));
  throw new CliFailure('There is no spec to judge by. Correct what is reported above, then try again.', 2);
}

async function readRollouts(spec: RolloutSpec, file: string): Promise<readonly RecordedRollout[]> {
  const reader = backtestReader(spec.gates);
  let number = 0;
  try {
    for await (const line of linesOf(createReadStream(file, 'utf8'))) {
      number += 1;
      if (line.trim() === '') continue;
      const problem = reader.take(line);
      if (problem !== undefined) throw new CliFailure(`${file}:${number}: ${problem}`, 2);
    }
  } catch (error) {
    if (error instanceof CliFailure) throw error;
    if (error instanceof LineTooLong) throw new CliFailure(`${file}:${error.number}: ${error.message}`, 2);
    const why = whyUnreadable(error);
    if (why === undefined) throw error;
    throw new CliFailure(`${file} cannot be read (${why}), expected a file of recorded minutes`, 2);
  }
  const rollouts = reader.rollouts();
  if (rollouts.length === 0) throw new CliFailure(`${file}:1: the file is empty, expected one JSON object a line`, 2);
  return rollouts;
}

/** A metric that no line has is mistyped more often than it is missing: what holds its gate would not tell. */
function unknownMetrics(spec: RolloutSpec, recorded: readonly RecordedRollout[]): readonly string[] {
  const found = new Set<string>();
  for (const { periods } of recorded) {
    for (const { blue, green } of periods) for (const point of [blue, green]) for (const key in point) found.add(key);
  }
  return spec.gates.flatMap((gate) =>
    metricsOfGate(gate)
      .filter((metric) => !found.has(metric))
      .map((metric) => `no line has ${metric}, which the gate ${gate.name} reads: to it, that is no data`),
  );
}

/** How the gates of a spec judge recorded minutes. `lag` plays no part: what is recorded has settled. */
function inputOf({ gates, minimumRequests, analysis, budget }: RolloutSpec): Omit<AnalysisInput, 'step' | 'periods'> {
  const { alpha, tolerance } = analysis;
  return { gates, minimumRequests, alpha, tolerance, budget, periodSeconds: recordedPeriodSeconds };
}

function jsonLine({ recorded, decision, index, gate, reason }: Backtested): string {
  return jsonText({
    rollout: recorded.rollout,
    decision,
    minute: index === undefined ? null : (recorded.periods[index]?.at ?? 0) / recordedPeriodSeconds,
    gate: gate ?? null,
    reason: printable(reason),
  });
}
