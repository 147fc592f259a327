import { Command, Option } from 'commander';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { findRollout } from '../find-rollout.ts';
import { jsonText } from '../json-text.ts';
import { findRelease } from '../release/find-release.ts';
import { recordName, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly service?: boolean;
  readonly incident?: boolean;
  readonly release?: boolean;
  readonly json?: boolean;
}

/** `sluice open [service|rollout]`: prints the address of a page, which lets its holder in once, by the caller's identity of IAM. */
export function openCommand(context: CliContext): Command {
  const command = new Command('open')
    .description('print a link to the page of a rollout; without a name to that of all services')
    .argument('[name]', 'a rollout, or a service, whose newest rollout is shown; with --release a release', recordName)
    .option('--service', 'the page of the service, with its history, instead of its newest rollout')
    .addOption(new Option('--incident', "the page of the service's newest incident").conflicts(['service']))
    .addOption(
      new Option('--release', 'the page of a release, by its id, or by its name for the newest').conflicts([
        'service',
        'incident',
      ]),
    )
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      '\nThe link is yours: it works once, within five minutes, and then shows pages for four hours. Do not pass it on.\n\nExamples:\n  sluice open web --stage production\n  sluice open web --incident --stage production\n  sluice open checkout --release --stage production\n  sluice open --stage production',
    );
  return withStackOptions(command).action(async (name: string | undefined, options: Options) => {
    const asked = options.service ? '--service' : options.incident ? '--incident' : options.release ? '--release' : '';
    if (asked !== '' && name === undefined)
      throw new CliFailure(`${asked} needs the name of a ${asked === '--release' ? 'release' : 'service'}.`, 2);
    const stack = await context.connect(options);
    const to = name === undefined ? '' : await placeOf(name);
    const { url, until } = await stack.pageLink(to);
    if (options.json === true) context.out(jsonText({ url, until }));
    else context.out(url);

    async function placeOf(asked: string): Promise<string> {
      if (options.service === true) return `services/${asked}`;
      if (options.incident === true) return `services/${asked}?show=incident`;
      if (options.release === true)
        return `?release=${(await findRelease(asked, options.stage, stack)).state.releaseId}`;
      return `rollouts/${(await findRollout(stack, asked, options.stage)).state.rolloutId}`;
    }
  });
}
