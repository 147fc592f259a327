import { processContext, productVersion } from '../../lib/cli/process-context.ts';
import { runProgram } from '../../lib/cli/program.ts';
import { findRunningStack } from '../stack/running-stack.ts';
import { localStage } from '../stack/stage.ts';
import { pushCommand } from './push.ts';

const args = process.argv.slice(2);

/** Whether the command names the local stage; only then may the local stack's addresses and credentials be used. */
function meansLocalStage(): boolean {
  const at = args.indexOf('--stage');
  const written = at === -1 ? args.find((arg) => arg.startsWith('--stage='))?.slice('--stage='.length) : args[at + 1];
  return (written ?? process.env['SLUICE_STAGE']) === localStage;
}

/** Verbs that need no stack. */
const offline = ['lint', 'backtest', 'schema', 'push'];

let isAbsent = false;
if (meansLocalStage() && process.env['AWS_ENDPOINT_URL'] === undefined) {
  const stack = await findRunningStack();
  Object.assign(process.env, stack?.environment);
  isAbsent = stack === undefined;
}
process.exitCode = await runProgram(args, processContext(), {
  version: await productVersion(),
  extraCommands: [pushCommand],
});
if (isAbsent && process.exitCode === 1 && !offline.includes(args[0] ?? '')) {
  process.stderr.write(
    'No local stack runs in this clone; stage local was looked for in AWS. Start one with: npm run dev\n',
  );
}
