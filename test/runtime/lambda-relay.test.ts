import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { archiveRelay, lambdaRelay } from '../../lib/runtime/lambda-relay.ts';
import { zipOf } from '../emulator/zip.ts';
import { startTestEmulator } from '../emulator/emulator-endpoint.ts';

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let lambda: LambdaClient;
let relay: ReturnType<typeof lambdaRelay>;

const code = `exports.handler = async (input) => {
  if (input.rolloutId !== 'web-1') throw new Error('it does not take ' + JSON.stringify(input));
};`;

beforeAll(async () => {
  emulator = await startTestEmulator();
  lambda = new LambdaClient(emulator.client);
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'resume',
      Runtime: 'nodejs24.x',
      Role: 'arn:aws:iam::000000000000:role/test',
      Handler: 'index.handler',
      Code: { ZipFile: zipOf('index.js', code) },
    }),
  );
  relay = lambdaRelay(lambda, { ResumeRollout: 'resume', StartWaiting: 'nobody', ReportAlteration: 'nobody' });
});

afterAll(async () => {
  lambda.destroy();
  await emulator.stop();
});

test('a hint is the input of the function that it is for', async () => {
  await expect(relay({ to: 'ResumeRollout', input: { rolloutId: 'web-1' } })).resolves.toBeUndefined();
});

test('a function that fails is an error that says what it said', async () => {
  await expect(relay({ to: 'ResumeRollout', input: { rolloutId: 'web-2' } })).rejects.toThrow(
    /ResumeRollout failed.*it does not take.*web-2/,
  );
});

test('a function that is not there is an error', async () => {
  await expect(relay({ to: 'StartWaiting', input: { service: 'web', isNews: true } })).rejects.toThrow('nobody');
});

test("the archive is not waited for: what its function says is Lambda's to look at", async () => {
  await expect(
    archiveRelay(lambda, 'resume')({ items: [{ pk: 'ROLLOUT#1', sk: 'EVENT#1' }] }),
  ).resolves.toBeUndefined();
  await expect(archiveRelay(lambda, 'nobody')({ items: [] })).rejects.toThrow('nobody');
});
