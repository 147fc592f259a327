import path from 'node:path';
import { readOptions, wholeOption } from '../../local/process/read-options.ts';
import { projectRoot } from '../../local/stack/project-root.ts';
import { nodes } from '../../test/package/nodes.ts';
import { Packed } from '../../test/package/packed.ts';
import { median } from '../rollback/median.ts';
import { processorMs } from './processor-time.ts';

const help = `npm run bench:start -- [options]
  --runs <number>   times that each command is started, 15 by default
  --json            print what was measured as JSON on the last line
How much processor time the installed command takes to answer, under each Node that the package is tried under, beside a Node that
does nothing. Exit code 1 where a bound does not hold.`;

const boundMs = 250;

const values = readOptions(help, {
  runs: { type: 'string', default: '15' },
  json: { type: 'boolean', default: false },
});
const runs = wholeOption(help, 'runs', values.runs, 1_000);
const tell = (line: string) => (values.json ? process.stderr : process.stdout).write(`${line}\n`);

const packed = await Packed.make();
try {
  const rows = [];
  for (const { version, node } of nodes) rows.push(await measure(version, node, await packed.installUnder(node)));
  tell(`processor time to the end of the process, median of ${runs}, ms:`);
  for (const { version, nothing, commands } of rows) {
    const texts = commands.map(({ name, ms }) => `${name} ${ms} (${(ms / nothing).toFixed(1)} times)`);
    tell(`  Node ${version}: node -e 0 ${nothing}, ${texts.join(', ')}`);
  }
  const worst = Math.max(...rows.flatMap(({ commands }) => commands.map(({ ms }) => ms)));
  const holds = { what: `every command within ${boundMs} ms`, found: `${worst} ms`, held: worst <= boundMs };
  tell(`${holds.held ? 'holds' : 'FAILS'}  ${holds.what}: ${holds.found} at worst`);
  if (values.json) process.stdout.write(`${JSON.stringify({ rows, holds: [holds] })}\n`);
  if (!holds.held) process.exitCode = 1;
} finally {
  await packed.remove();
}

async function measure(version: string, node: string, folder: string) {
  const bin = path.join(folder, 'node_modules/sluice/bin/sluice.mjs');
  const spec = path.join(projectRoot, 'examples/rollouts/web.yml');
  const nothing = await medianMs(node, ['-e', '0']);
  const help = await medianMs(node, [bin, '--help']);
  const lint = await medianMs(node, [bin, 'lint', spec]);
  const commands = [
    { name: '--help', ms: help },
    { name: 'lint', ms: lint },
  ];
  return { version, nothing, commands };
}

/** Median processor time of a process and those that it starts. */
async function medianMs(node: string, args: readonly string[]): Promise<number> {
  const measured: number[] = [];
  for (let at = 0; at < runs; at += 1) measured.push(await processorMs(node, args));
  return Math.round(median(measured));
}
