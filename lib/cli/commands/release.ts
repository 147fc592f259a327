import { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { lintReleaseCommand } from '../release/lint-release.ts';
import { planReleaseCommand } from '../release/plan-release.ts';
import { statusReleaseCommand, watchReleaseCommand } from '../release/see-release.ts';
import { startReleaseCommand } from '../release/start-release.ts';
import { turnReleaseCommand } from '../release/turn-release.ts';

/** `sluice release`: several services that go out together. */
export function releaseCommand(context: CliContext): Command {
  return new Command('release')
    .description('roll out several services together, in order, and back together')
    .addCommand(lintReleaseCommand(context))
    .addCommand(planReleaseCommand(context))
    .addCommand(startReleaseCommand(context))
    .addCommand(statusReleaseCommand(context))
    .addCommand(watchReleaseCommand(context))
    .addCommand(turnReleaseCommand('abort', context))
    .addCommand(turnReleaseCommand('rollback', context));
}
