import { existsSync } from 'node:fs';
import path from 'node:path';

const interpreter = path.resolve(import.meta.dirname, '../../.sluice/opinions/bin/python');

/**
 * Path of the Python that has moto and boto3.
 * @throws where the set-up has not been run
 */
export function python(): string {
  if (!existsSync(interpreter)) {
    throw new Error('moto and boto3 are not installed: run `node scripts/setup.mjs --opinions`, then start again');
  }
  return interpreter;
}
