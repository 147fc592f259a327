import type { Config } from 'jest';
import { longTests, shared } from './jest-shared.ts';

/** `npm run test:long`: the simulation, mechanisms, crash points; chaos, guard, upgrade on the deployed local stack; the package. */
const config: Config = {
  ...shared,
  rootDir: '..',
  roots: ['<rootDir>/test'],
  testRegex: `/test/${longTests}.*\\.test\\.ts$`,
};

export { config as default };
