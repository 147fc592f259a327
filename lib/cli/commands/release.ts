import { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { lintReleaseCommand } from '../release/lint-release.ts';
import { planReleaseCommand } from '../release/plan-release.ts';

/** `sluice release`: several services that go out together. */
export function releaseCommand(context: CliContext): Command {
  return new Command('release')
    .description('several services that go out together, in order: check and plan them')
    .addCommand(lintReleaseCommand(context))
    .addCommand(planReleaseCommand(context));
}
