import { Command } from 'commander';
import { formatFinding, type Finding } from '../../spec/finding.ts';
import { lintSpec } from '../../spec/lint.ts';
import type { CliContext } from '../cli-context.ts';
import { readSpecFile } from '../spec-files.ts';

/** `sluice lint <file...>`: each finding on a line; exit code 1 where one is an error. Needs no AWS. */
export function lintCommand(context: CliContext): Command {
  return new Command('lint')
    .description('check rollout specs, without asking AWS')
    .argument('<file...>', 'rollout specs')
    .option('--json', 'print the findings as a JSON array')
    .addHelpText('after', '\nExample:\n  sluice lint rollouts/*.yml')
    .action(async (files: readonly string[], { json = false }: { json?: boolean }) => {
      const findings: Finding[] = [];
      for (const file of files) {
        const read = await readSpecFile(context, file);
        findings.push(...('finding' in read ? [read.finding] : lintSpec(read.text, file)));
      }
      if (json) context.out(JSON.stringify(findings));
      else for (const finding of findings) context.out(formatFinding(finding));
      if (findings.some(({ severity }) => severity === 'error')) context.exitWith(1);
    });
}
