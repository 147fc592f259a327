import type { Config } from 'jest';
import { longTests, shared } from './jest-shared.ts';

/** `npm run test:long`: the simulation with its mechanisms and crash points; chaos and the upgrade on the deployed local stack. */
const config: Config = {
  ...shared,
  rootDir: '..',
  roots: ['<rootDir>/test'],
  testRegex: `/test/${longTests}.*\\.test\\.ts$`,
};

export { config as default };
