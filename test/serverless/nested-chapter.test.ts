import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { clientEnvironment } from '../../local/emulator/environment.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';
import { type BuildFolder, makeBuildFolder } from '../../local/stack/build-folder.ts';
import { projectRoot } from '../../local/stack/project-root.ts';
import { startTestEmulator } from '../emulator/emulator-endpoint.ts';

jest.setTimeout(480_000);

const supervisor = createSupervisor();
let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let folder: BuildFolder;
let lambda: LambdaClient;
let cloudFormation: CloudFormationClient;

beforeAll(async () => {
  emulator = await startTestEmulator();
  folder = await makeBuildFolder();
  lambda = new LambdaClient(emulator.client);
  cloudFormation = new CloudFormationClient(emulator.client);
  await writeFile(path.join(folder.path, 'serverless.yml'), root);
  await writeFile(path.join(folder.path, 'serverless', 'archive.yml'), chapter);
});
afterAll(async () => {
  await folder.remove();
  await emulator.stop();
});

/** A function and a queue in the root, and a chapter; each function knows the queue of the other stack. */
const root = `service: sluice
frameworkVersion: '4'
plugins: [serverless-iam-roles-per-function, ./serverless/stage-parameter.cjs, ./serverless/nested-stacks.cjs]
provider: { name: aws, runtime: nodejs24.x, deploymentMethod: direct, versionFunctions: true }
package: { patterns: ['!**', answer.js] }
custom: { nested: { Archive: '\${file(serverless/archive.yml)}' } }
functions:
  - Reads:
      handler: answer.handler
      name: sluice-\${sls:stage}-Reads
      environment: { QUEUE: !GetAtt ArchiveQueue.QueueName }
      iamRoleStatements: [{ Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt ArchiveQueue.Arn }]
  - '\${file(serverless/archive.yml):functions}'
resources:
  - Resources:
      RootQueue: { Type: AWS::SQS::Queue, Properties: { QueueName: 'sluice-\${sls:stage}-root' } }
  - '\${file(serverless/archive.yml):resources}'
`;
const chapter = `functions:
  Archives:
    handler: answer.handler
    name: sluice-\${sls:stage}-Archives
    environment: { QUEUE: !GetAtt RootQueue.QueueName }
    iamRoleStatements: [{ Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt RootQueue.Arn }]
    events:
      - sqs: { arn: !GetAtt ArchiveQueue.Arn }
      - schedule: rate(1 day)
resources:
  Resources:
    ArchiveQueue: { Type: AWS::SQS::Queue, Properties: { QueueName: 'sluice-\${sls:stage}-archive' } }
`;

/** Deploys functions that answer with a word and the queue that they know. */
async function deploy(word: string): Promise<void> {
  const handler = `exports.handler = async () => '${word} ' + process.env.QUEUE;\n`;
  await writeFile(path.join(folder.path, 'answer.js'), handler);
  await supervisor.run({
    name: 'serverless deploy',
    command: process.execPath,
    args: [
      path.join(projectRoot, 'node_modules/serverless/bin/serverless.js'),
      ...['deploy', '--stage', 'nested', '--region', 'us-east-1'],
    ],
    cwd: folder.path,
    env: { ...process.env, ...folder.environment, ...clientEnvironment(emulator.client.endpoint), CI: '1' },
  });
}

async function answerOf(name: string): Promise<unknown> {
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: `sluice-nested-${name}` }));
  return JSON.parse(Payload?.transformToString() ?? '');
}

async function resourcesOf(StackName: string | undefined) {
  const { StackResourceSummaries = [] } = await cloudFormation.send(new ListStackResourcesCommand({ StackName }));
  return new Map(StackResourceSummaries.map((one) => [one.LogicalResourceId, one.PhysicalResourceId]));
}

test('a chapter of serverless.yml is deployed and updated as a nested stack, with all that the framework makes of its functions', async () => {
  await deploy('first');

  expect([await answerOf('Reads'), await answerOf('Archives')]).toEqual([
    'first sluice-nested-archive',
    'first sluice-nested-root',
  ]);
  const ofRoot = await resourcesOf('sluice-nested');
  const nested = await resourcesOf(ofRoot.get('ArchiveStack'));
  expect([...ofRoot.keys()].filter((id) => id?.startsWith('Archive'))).toEqual(['ArchiveStack']);
  expect([...nested.keys()].map((id) => id?.replace(/Version.*/, 'Version')).sort()).toEqual([
    'ArchiveQueue',
    'ArchivesEventSourceMappingSQSArchiveQueue',
    'ArchivesEventsRuleSchedule1',
    'ArchivesIamRoleLambdaExecution',
    'ArchivesLambdaFunction',
    'ArchivesLambdaPermissionEventsRuleSchedule1',
    'ArchivesLambdaVersion',
    'ArchivesLogGroup',
  ]);

  await deploy('second');

  expect([await answerOf('Reads'), await answerOf('Archives')]).toEqual([
    'second sluice-nested-archive',
    'second sluice-nested-root',
  ]);
});
