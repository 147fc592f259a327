import type { Config } from 'jest';
import { longTests, shared } from './jest-shared.ts';

/** The rooms that no server, stack or browser is needed for, and the use cases on the model of AWS. */
const unitRooms =
  '(analysis|approval|attestation|calendar|messages|releases|report|rollout|specification|usecases|view)/';

/** What takes long in them: many drawn cases, series of whole days, the fleet, whole policies of IAM. `npm test` runs it. */
const slow =
  '(.*\\.property|analysis/(short-periods|.*benchmark.*|minute-comparison)|releases/releases-with-faults|.*/on-the-fleet|usecases/(managed|attached)/(flow|ends|foreign-deployment)|approval/deploy-policy)';

/** `npm run test:unit`: what a change is tried with first. It starts no server and needs no set-up. */
const config: Config = {
  ...shared,
  rootDir: '..',
  roots: ['<rootDir>/test'],
  testRegex: `/test/${unitRooms}.*\\.test\\.ts$`,
  testPathIgnorePatterns: ['/node_modules/', `<rootDir>/test/${longTests}`, `<rootDir>/test/${slow}\\.test`],
};

export { config as default };
