import { isWhole, startCounting } from './lib-coverage/run.ts';
import makeRecordedFolder from './second-opinions/before-all.ts';

/** Before the first test of `npm test`: Jest's `globalSetup`. */
export default function beforeAll(options: Parameters<typeof isWhole>[0]): void {
  makeRecordedFolder();
  if (isWhole(options)) startCounting();
}
