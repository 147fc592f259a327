import { readOptions } from '../../local/process/read-options.ts';
import { configOf, mechanisms, sizes } from './configurations.ts';
import { checkModel } from './tlc.ts';

const help = `npm run model -- [options]
  --whole   more executions, outages and deaths: minutes instead of seconds
  --json    what came of it as JSON on the last line
Checks the formal model of claim, fence, restoration and guard (test/model-checking/Rollback.tla) with TLC: every state that can be
reached, and that every promise holds in it; then takes out one mechanism after another, each of which has to break a promise.
Exit code 1 where a promise is broken, or where a mechanism can be taken out without that.`;

const { whole, json } = readOptions(help, {
  whole: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
});
const tell = (line: string) => (json ? process.stderr : process.stdout).write(`${line}\n`);
process.exit(await main());

async function main(): Promise<number> {
  try {
    const size = whole ? sizes.whole : sizes.small;
    const checked = await checkModel(configOf(size));
    const { broken, states, output } = checked;
    if (broken !== undefined) tell(output);
    tell(broken === undefined ? `Every promise holds in ${states} states.` : `A promise is broken: ${broken}`);
    const unneeded: string[] = [];
    for (const mechanism of mechanisms) {
      const without = await checkModel(configOf({ ...sizes.small, without: mechanism }));
      tell(`without ${mechanism}: ${without.broken ?? 'nothing is broken, so the model does not need it'}`);
      if (without.broken === undefined) unneeded.push(mechanism);
    }
    const holds = broken === undefined && unneeded.length === 0;
    if (json) process.stdout.write(`${JSON.stringify({ holds, states, broken: broken ?? null, unneeded })}\n`);
    return holds ? 0 : 1;
  } catch (error) {
    process.stderr.write(`model: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
