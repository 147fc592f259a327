import { TestEnvironment } from 'jest-environment-node';
import { tableOf } from './places.ts';
import { isCounting, keepTables, tableFor } from './run.ts';

/** Jest's own environment, with the tables in which the files of `lib` note what has run, where a run counts that. */
export default class CountingEnvironment extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    if (isCounting()) Object.assign(this.global, { [tableOf]: tableFor });
  }

  override async teardown(): Promise<void> {
    keepTables();
    await super.teardown();
  }
}
