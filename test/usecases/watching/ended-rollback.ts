import { watchExecution } from '../../../lib/usecases/watching/watch-execution.ts';
import { modelExecutionArn } from '../../model/model-executions.ts';
import type { Journey } from '../journey.ts';
import { ended } from '../use-cases.ts';

/** The execution of one attempt to roll back. */
export const rb = ({ rolloutId }: Journey, attempt: number) =>
  modelExecutionArn('rollback', `${rolloutId}-rb-${attempt}`);

/** An attempt ends, and its event arrives. */
export const rollbackEnded = ({ world, rolloutId }: Journey, executionArn: string, says: object = {}) => {
  world.running.delete(executionArn);
  return watchExecution({ detail: { ...ended('rollback', executionArn, { rolloutId }), ...says } }, world);
};
