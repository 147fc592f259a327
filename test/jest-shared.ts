import path from 'node:path';
import type { Config } from 'jest';

/** Below `test/`: what `npm run test:long` takes, and `npm test` leaves to it. */
export const longTests =
  '(simulation/|chaos/|package/|e2e/guard|e2e/quickstart|e2e/upgrade|usecases/notifying/simulation|statemachines/every-edge|cli/direct-outage|serverless/landing-zone)';

/** TypeScript into modules. */
export const swc = { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } };

/** What `npm test` and `npm run test:long` have in common. */
export const shared: Config = {
  testEnvironment: 'node',
  testRegex: '\\.test\\.ts$',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', swc],
  },
  // Against hanging, not a measure of speed: a busy machine may take several times as long as a quiet one. No test has less.
  testTimeout: 120_000,
  testSequencer: path.join(import.meta.dirname, 'longest-first.mjs'),
  // Two cores: the emulator, the fleet and the load share them with the tests.
  maxWorkers: 2,
};
