import { FakeCli, webSpec } from '../cli/cli-harness.ts';
import { exampleSpec } from '../specification/example-spec.ts';
import { commandRun } from './command-output.ts';
import type { Lines } from './lines.ts';

const verbs = [
  ...['apply', 'approve', 'abort', 'backtest', 'close', 'export', 'get', 'init', 'lint', 'list', 'notify', 'pause'],
  ...['plan', 'promote', 'reconcile', 'reject', 'resume', 'rollback', 'schema', 'start', 'status', 'retry', 'watch'],
];

/** Records what the command line says without a rollout: its help, what it refuses, and what it does with files. */
export async function writeCommands(lines: Lines): Promise<void> {
  const cli = new FakeCli();
  cli.files.set('web.yml', exampleSpec);
  cli.files.set('bad.yml', exampleSpec.replace('service: web', 'servise: web'));
  cli.files.set('none.yml', ': no spec\n  - at all');
  for (const command of ['', '--help', '--version', 'fly', ...verbs.map((verb) => `${verb} --help`)]) {
    await commandRun(cli, command, lines);
  }
  for (const file of ['web.yml', 'bad.yml', 'none.yml', 'missing.yml']) {
    await commandRun(cli, `lint ${file}`, lines);
    await commandRun(cli, `lint ${file} --json`, lines);
    await commandRun(cli, `plan ${file} --offline`, lines);
    await commandRun(cli, `apply ${file}`, lines);
  }
  await cli.store.putSpec(webSpec(), 'ada', '2026-03-01T09:00:00.000Z');
  for (const command of ['status web', 'get web', 'list', 'export web', 'apply web.yml', 'start web', 'rollback web']) {
    await commandRun(cli, command, lines);
  }
  cli.isDown = true;
  for (const command of ['status web', 'get web', 'rollback web']) await commandRun(cli, command, lines);
}
