import { Command, Option } from 'commander';
import { markdownLines } from '../../report/markdown.ts';
import { htmlPage } from '../../report/page.ts';
import { rolloutReport, type RolloutReport } from '../../report/report.ts';
import { reportDocument } from '../../report/report-document.ts';
import { allEvents } from '../../view/all-events.ts';
import type { CliContext, Stack, StackOptions } from '../cli-context.ts';
import { findRollout } from '../find-rollout.ts';
import { jsonText } from '../json-text.ts';
import { recordName, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly html?: boolean;
  readonly json?: boolean;
}

/** Rollouts that are looked through for the tag of the image that served. */
const earlierRollouts = 20;

/** `sluice report <service|rollout>`: the launch record of a rollout, for people or machines. */
export function reportCommand(context: CliContext): Command {
  const command = new Command('report')
    .description('print the report of a rollout: version, times, people, checks, gates, messages, result, cost')
    .argument('<service|rollout>', 'a rollout, or a service, whose newest rollout is reported', recordName)
    .addOption(new Option('--markdown', 'as Markdown, which is the default').conflicts(['html', 'json']))
    .addOption(new Option('--html', 'as one HTML file with charts; it loads nothing').conflicts(['json']))
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  sluice report web\n  sluice report web-20260301-100000-3f9a1c --html > report.html\n  sluice report web >> "$GITHUB_STEP_SUMMARY"',
    );
  return withStackOptions(command).action(async (name: string, options: Options) => {
    const stack = await context.connect(options);
    const report = await readReport(name, options, stack, context);
    if (options.json === true) context.out(jsonText(report));
    else if (options.html === true) context.out(htmlPage(reportDocument(report)).trimEnd());
    else for (const line of markdownLines(reportDocument(report))) context.out(line);
  });
}

async function readReport(name: string, { stage }: Options, stack: Stack, { now }: CliContext): Promise<RolloutReport> {
  const { store } = stack;
  const found = await findRollout(stack, name, stage);
  const { rolloutId, service, blueDigest, greenTaskDefinition } = found.state;
  const [events, announcedUpTo, earlier, taskSize] = await Promise.all([
    allEvents(stack, rolloutId, found.sequence),
    store.announcedUpTo(rolloutId),
    store.list(service, earlierRollouts),
    greenTaskDefinition === undefined ? undefined : sizeOf(greenTaskDefinition, stack),
  ]);
  const fromTag = earlier.find(({ digest, image }) => digest === blueDigest && image !== digest)?.image;
  return rolloutReport({ stored: found, events, announcedUpTo, fromTag, taskSize, stage, now: now() });
}

/** A report must not fail because ECS is out, or the reader may not ask it: the price of the tasks is not known then. */
async function sizeOf(taskDefinition: string, { slots }: Pick<Stack, 'slots'>) {
  try {
    const { runtime } = await slots();
    return (await runtime.taskDefinition(taskDefinition))?.size;
  } catch {
    return undefined;
  }
}
