import { Command } from 'commander';
import { parseRelease } from '../../releases/parse-release.ts';
import { type Finding, formatFinding } from '../../specification/finding.ts';
import type { CliContext } from '../cli-context.ts';
import { jsonText } from '../json-text.ts';
import { quotedLine } from '../quoted-line.ts';
import { readSpecFile } from '../spec-files.ts';
import { counted } from '../../specification/text/counted.ts';

interface Options {
  readonly json?: boolean;
}

/** `sluice release lint <file...>`: each finding on a line; exit code 1 where there is one. Needs no AWS. */
export function lintReleaseCommand(context: CliContext): Command {
  return new Command('lint')
    .description('check releases: members, their order, the versions they need; calls no AWS')
    .argument('<file...>', 'releases')
    .option('--json', 'print the findings as a JSON array')
    .addHelpText('after', '\nExample:\n  sluice release lint releases/*.yml')
    .action(async (files: readonly string[], { json }: Options) => {
      const findings: Finding[] = [];
      for (const file of files) {
        const read = await readSpecFile(context, file, 'a release');
        const found = 'finding' in read ? [read.finding] : findingsOf(read.text, file);
        findings.push(...found);
        if (json) continue;
        const text = 'text' in read && context.terminal !== undefined ? read.text : '';
        for (const finding of found) {
          for (const line of [formatFinding(finding), ...quotedLine(text, finding)]) context.out(line);
        }
      }
      if (json) context.out(jsonText(findings));
      else if (findings.length === 0) context.err(`${counted(files.length, 'release')} checked, nothing to report.`);
      if (findings.length > 0) context.exitWith(1);
    });
}

function findingsOf(text: string, file: string): readonly Finding[] {
  const parsed = parseRelease(text, file);
  return parsed.ok ? [] : parsed.findings;
}
