import { processContext, productVersion } from './process-context.ts';
import { runProgram } from './program.ts';

process.exitCode = await runProgram(process.argv.slice(2), processContext(), { version: await productVersion() });
