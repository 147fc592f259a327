import { Argument, Command } from 'commander';
import { type SampleVersion, versions } from '../../examples/web/versions.ts';
import { type CliContext, CliFailure } from '../../lib/cli/cli-context.ts';
import { announcePush, pushImage } from '../sample/push-image.ts';
import { clientsFor } from '../stack/clients.ts';
import { sample } from '../sample/sample-names.ts';
import { findRunningStack } from '../stack/running-stack.ts';
import { localStage } from '../stack/stage.ts';

const named: Readonly<Record<string, SampleVersion>> = versions;

/** `sluice push <version>`: pushes a version of the sample service to the local stack, as CI would push an image. */
export function pushCommand(context: CliContext): Command {
  const what = Object.entries(named).map(([name, { tag }]) => `${name} (${tag})`);
  return new Command('push')
    .description(`push a version of the sample service to the stack of npm run dev: ${what.join(', ')}`)
    .addArgument(new Argument('<version>', 'which one').choices(Object.keys(named)))
    .action(async (name: string) => {
      const stack = await findRunningStack();
      if (stack === undefined) {
        throw new CliFailure('No local stack runs in this clone. Start one with: npm run dev');
      }
      const version = named[name];
      if (version === undefined) throw new CliFailure(`There is no version ${name}.`, 2);
      const clients = clientsFor(stack);
      const image = await pushImage(clients, version);
      await announcePush(clients, image);
      context.out(`${image.tag} ${image.digest}`);
      context.err(
        image.isKnown
          ? `That image was pushed before, and the same push starts one rollout. To roll it out once more: npx --no sluice start ${sample.service} --image ${image.tag} --stage ${localStage}`
          : `Pushed. Watch it in the terminal of npm run dev, or with: npx --no sluice status ${sample.service} --stage ${localStage} --wait`,
      );
    });
}
