import { FakeCli } from '../cli/cli-harness.ts';
import type { ModelWorld } from '../model/model-world.ts';
import type { Lines } from './lines.ts';

/** Records what the command line shows of a world's service. */
export async function commandOutputOf({ store, time }: ModelWorld, lines: Lines): Promise<void> {
  const cli = Object.assign(new FakeCli(), { store, time });
  for (const command of ['status web', 'status web --json', 'get web', 'list web']) {
    await commandRun(cli, command, lines);
  }
}

/** Records one command: its exit code and both outputs. */
export async function commandRun(cli: FakeCli, command: string, lines: Lines): Promise<void> {
  const { code, out, err } = await cli.run(command);
  lines.text(`$ sluice ${command} (exit code ${String(code)})`, out.join('\n'));
  if (err.length > 0) lines.text('  on stderr', err.join('\n'));
}
