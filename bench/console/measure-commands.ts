import type { LocalStack } from '../../local/stack/local-stack.ts';
import { installedSluice } from '../commands/command-process.ts';
import { median } from '../rollback/median.ts';

const reading = ['status web', 'get {rollout}', 'list', 'list web', 'history web'] as const;
const runs = 5;

export interface CommandTimes {
  readonly reads: readonly { readonly command: string; readonly medianMs: number; readonly processorMs: number }[];
  /** The first command that goes through the stack's function, which nothing has started before. */
  readonly coldMs: number;
}

/** Times commands as a person runs them: those of the installed package, from the start of the process to its end. */
export async function measureCommands({ aws }: LocalStack, rolloutId: string): Promise<CommandTimes> {
  const sluice = await installedSluice();
  const timed = async (...words: readonly string[]) => {
    const begun = performance.now();
    await sluice.run(aws.environment, ...words);
    return performance.now() - begun;
  };
  // Compiled code is kept from the first run on.
  await sluice.run(aws.environment, 'list');
  const coldMs = await timed('pause', rolloutId, '--as', 'qa');
  await timed('resume', rolloutId, '--as', 'qa');
  const reads: { command: string; medianMs: number; processorMs: number }[] = [];
  for (const command of reading) {
    const words = command.replace('{rollout}', rolloutId).split(' ');
    const times: number[] = [];
    const own: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      times.push(await timed(...words));
      own.push(await sluice.processorMs(aws.environment, ...words));
    }
    reads.push({ command, medianMs: median(times), processorMs: median(own) });
  }
  return { reads, coldMs };
}
