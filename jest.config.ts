import path from 'node:path';
import type { Config } from 'jest';
import { longTests, shared, swc } from './test/jest-shared.ts';

const lib = `^${path.join(import.meta.dirname, 'lib').replaceAll(/[^\w/]/g, String.raw`\$&`)}/.+\\.ts$`;

/** `npm test`: all but what `npm run test:long` takes. */
const config: Config = {
  ...shared,
  // Its longest tests wait for most of their time: a third worker has the cores meanwhile.
  maxWorkers: 3,
  roots: ['<rootDir>/test'],
  globalSetup: '<rootDir>/test/before-all.ts',
  // How much of lib runs is counted where all tests do.
  testEnvironment: '<rootDir>/test/lib-coverage/environment.ts',
  transform: { [lib]: ['<rootDir>/test/lib-coverage/transform.ts', swc], ...shared.transform },
  reporters: ['default', '<rootDir>/test/lib-coverage/reporter.ts'],
  globalTeardown: '<rootDir>/test/second-opinions/after-all.ts',
  testPathIgnorePatterns: ['/node_modules/', `<rootDir>/test/${longTests}`],
};

export { config as default };
