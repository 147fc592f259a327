import { Command, Option } from 'commander';
import { liveDocument, liveRows } from '../../report/live-document.ts';
import { readLive } from '../../report/live-version.ts';
import { markdownLines } from '../../report/markdown.ts';
import { printable } from '../../specification/text/plain-text.ts';
import type { CliContext, StackOptions } from '../cli-context.ts';
import { jsonText } from '../json-text.ts';
import { table } from '../rollout-view.ts';
import { withStackOptions } from '../stack-options.ts';
import { readable } from '../terminal/readable.ts';

interface Options extends StackOptions {
  readonly markdown?: boolean;
  readonly json?: boolean;
  readonly recordOnly?: boolean;
}

/** `sluice live`: what serves of every service, and whether ECS and the load balancer show the same. */
export function liveCommand(context: CliContext): Command {
  const command = new Command('live')
    .description('list what is live, per service: version, since when, by which rollout, and whether it really runs')
    .addOption(new Option('--markdown', 'as Markdown, for a wiki or a file in a repository').conflicts(['json']))
    .option('--record-only', 'by the record alone: neither ECS nor the load balancers are asked')
    .option('--json', 'as a JSON array')
    .addHelpText('after', '\nExamples:\n  sluice live\n  sluice live --markdown > LIVE.md');
  return withStackOptions(command).action(async (options: Options) => {
    const stack = await context.connect(options);
    const live = options.recordOnly === true ? undefined : await stack.slots();
    const versions = await readLive({ store: stack.store, live });
    const { out, err, timeZone, now } = context;
    if (options.json === true) out(jsonText(versions));
    else if (options.markdown === true) {
      for (const line of markdownLines(liveDocument(versions, options.stage, now()))) out(line);
    } else if (versions.length === 0) {
      err(`Stage ${options.stage} has no service yet. Apply a spec with: sluice apply <file> --stage ${options.stage}`);
    } else {
      const rows = liveRows(versions).map((row) => row.map((cell) => printable(readable(cell, timeZone()))));
      for (const line of table(rows)) out(line);
    }
  });
}
