import type { Config } from 'jest';
import { shared } from './jest-shared.ts';

/** `npm run test:long`: the simulation with its mechanisms and crash points, and chaos on the deployed local stack. */
const config: Config = {
  ...shared,
  rootDir: '..',
  roots: ['<rootDir>/test/simulation', '<rootDir>/test/chaos'],
};

export { config as default };
