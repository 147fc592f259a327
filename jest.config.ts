import type { Config } from 'jest';
import { longTests, shared } from './test/jest-shared.ts';

/** `npm test`: all but what `npm run test:long` takes. */
const config: Config = {
  ...shared,
  // Its longest tests wait for most of their time: a third worker has the cores meanwhile.
  maxWorkers: 3,
  roots: ['<rootDir>/test'],
  globalSetup: '<rootDir>/test/second-opinions/before-all.ts',
  globalTeardown: '<rootDir>/test/second-opinions/after-all.ts',
  testPathIgnorePatterns: ['/node_modules/', `<rootDir>/test/${longTests}`],
};

export { config as default };
