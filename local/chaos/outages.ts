import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { restorePlanOf } from '../../lib/drivers/rules/restore-plan.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { sample } from '../sample/sample-names.ts';
import type { LocalStack } from '../stack/local-stack.ts';
import { projectRoot } from '../stack/project-root.ts';
import { localStage } from '../stack/stage.ts';
import type { Scenario } from './scenario.ts';

/** Longer than the guard's silence and all tries of one claim, so that the rollback has to wait for the table. */
export const tableLostSeconds = 40;
/** A rollback claims within it after the table's return. */
const claimedSeconds = 68;
/** The restoration after the claim. */
const restoredSeconds = 10;

/** The emulator's machines cannot reach the fleet's load balancer, so what is shown here is the claim, not the restoration without it. */
export const tableLost = (seconds: number): Scenario => ({
  name: 'table-lost',
  what: `the table refuses every call for ${seconds} s, and the rollout is stopped meanwhile`,
  step: 1,
  withinSeconds: seconds + claimedSeconds + restoredSeconds,
  harm: async ({ aws, clients }, { rolloutId, executionArn }) => {
    const from = Date.now();
    await aws.emulator.refuseTable(seconds);
    const answered = await clients.store.load(rolloutId).then(
      () => true,
      () => false,
    );
    if (answered) throw new Error('the table answered, so nothing is proven');
    await clients.sfn.send(new StopExecutionCommand({ executionArn, cause: 'stopped to see what happens' }));
    return from;
  },
});

export const directWithoutStack: Scenario = {
  name: 'direct-without-stack',
  what: 'the local AWS (API, keys, table, functions, schedules) is killed; a person runs sluice rollback --direct meanwhile',
  step: 1,
  harm: async (stack, running) => {
    const from = Date.now();
    await stack.aws.emulator.restart('crash with state', () => rollBackDirectly(stack, running));
    return from;
  },
};

/** As a person does it, by a plan that was saved before. @throws Error with what the command said, where it failed */
async function rollBackDirectly({ aws }: LocalStack, running: RolloutState): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-chaos-'));
  try {
    const plan = path.join(folder, 'plan.json');
    await writeFile(plan, JSON.stringify(restorePlanOf(running)));
    const command = ['rollback', sample.service, '--direct', '--plan', plan, '--yes', '--once'];
    await promisify(execFile)(process.execPath, [path.join(projectRoot, 'lib/cli/main.ts'), ...command], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, ...aws.environment, SLUICE_STAGE: localStage },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
