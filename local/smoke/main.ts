import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { stopOnSignals } from '../process/stop-on-signals.ts';
import { createSupervisor, type Supervisor } from '../process/supervisor.ts';
import { makeBuildFolder } from '../stack/build-folder.ts';
import { logFolder } from '../stack/log-folder.ts';
import { projectRoot } from '../stack/project-root.ts';
import { smokeChecks } from './checks.ts';
import { accountTarget, localStackTarget, type SmokeTarget } from './target.ts';

const chosen = process.argv.includes('--localstack') ? localStackTarget(process.env) : await accountTarget(process.env);
if (chosen.outcome === 'skipped') console.log(`skipped: ${chosen.reason}`);
else await smoke(chosen.target);

/** Deploys a stage of its own, asks it, and removes it again, whatever was seen. */
async function smoke(target: SmokeTarget): Promise<void> {
  const stage = `smoke-${randomBytes(3).toString('hex')}`;
  const supervisor = createSupervisor();
  stopOnSignals(supervisor);
  Object.assign(process.env, target.environment, { AWS_REGION: target.region });
  const clients = { sfn: new SFNClient({}), dynamodb: new DynamoDBClient({}) };
  console.log(`Deploying stage ${stage} to ${target.name}`);
  try {
    await serverless(supervisor, 'deploy', stage, target);
    for (const { what, passed, saw } of await smokeChecks(stage, clients)) {
      console.log(`${passed ? 'pass' : 'FAIL'}  ${what}: ${saw}`);
      if (!passed) process.exitCode = 1;
    }
  } finally {
    console.log(`Removing stage ${stage}; its evidence bucket, empty, is kept and to be deleted by hand`);
    await serverless(supervisor, 'remove', stage, target);
    await clients.dynamodb.send(new DeleteTableCommand({ TableName: `sluice-${stage}` }));
    await supervisor.stopAll();
  }
}

async function serverless(
  supervisor: Supervisor,
  command: 'deploy' | 'remove',
  stage: string,
  { region }: SmokeTarget,
) {
  const folder = await makeBuildFolder();
  try {
    await supervisor.run({
      name: `serverless ${command}`,
      command: process.execPath,
      args: [
        path.join(projectRoot, 'node_modules/serverless/bin/serverless.js'),
        ...[command, '--stage', stage, '--region', region],
      ],
      cwd: folder.path,
      env: { ...process.env, ...folder.environment, CI: '1' },
      logFile: path.join(await logFolder(), `smoke-${command}.log`),
    });
  } finally {
    await folder.remove();
  }
}
