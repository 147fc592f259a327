import { readFile } from 'node:fs/promises';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type Emulator, startEmulator } from '../../local/emulator/emulator.ts';
import { createRole } from '../../local/emulator/iam-roles.ts';
import { clientEnvironment } from '../../local/emulator/environment.ts';
import type { Supervisor } from '../../local/process/supervisor.ts';
import { zipOf } from '../../test/emulator/zip.ts';
import type { StackFunction } from './stack-functions.ts';

/** How long the first call of a function takes, beside the first call of one that does nothing. */
export interface ColdStart {
  readonly name: string;
  readonly zipBytes: number;
  /** Least of the calls, milliseconds: what the machine can do when nothing else keeps it. */
  readonly milliseconds: number;
  /** Least of the empty handler's calls between them, milliseconds. */
  readonly emptyMilliseconds: number;
  readonly ratio: number;
}

const empty = {
  name: 'Empty',
  handler: 'index.handler',
  code: zipOf('index.js', "exports.handler = async () => { throw new Error('nothing to do'); };"),
};
/** Calls of each that show no new least, after which it is taken for what the machine can do. */
const roundsWithoutLess = 10;
const mostRounds = 40;
/** What is less by no more than this share is no new least. */
const noticeable = 0.01;

/**
 * Measures cold starts on the local AWS, where a function is a Node process that is started for its first call and ended by an
 * error: each function is called with an input that it does not take, so every call is a cold start; the empty handler fails as
 * well, and of one that answers all the same the next call is that of a copy. Their calls take turns, as the machine is not equally fast all the time,
 * until neither shows a new least: whatever else runs only ever adds to a call.
 */
export async function measureColdStarts(
  supervisor: Supervisor,
  functions: readonly StackFunction[],
): Promise<readonly ColdStart[]> {
  const emulator = await startEmulator({ supervisor });
  await createRole(emulator.endpoint, 'bench', []);
  const lambda = clientOf(emulator);
  const variables = [...new Set(functions.flatMap((each) => each.variables))];
  await create(lambda, empty, variables);
  const measured: ColdStart[] = [];
  for (const { name, zip, zipBytes, handler } of functions) {
    const code = await readFile(zip);
    await create(lambda, { name, handler, code }, variables);
    let called = name;
    let copies = 0;
    const least = await leastOfBoth(
      async () => (await invoke(lambda, empty.name)).milliseconds,
      async () => {
        const call = await invoke(lambda, called);
        if (!call.hasFailed) {
          // It answers whatever it is asked, and its process lives on: the next cold start is that of a copy.
          copies += 1;
          called = `${name}${String(copies)}`;
          await create(lambda, { name: called, handler, code }, variables);
        }
        return call.milliseconds;
      },
    );
    const [emptyMilliseconds, milliseconds] = least;
    measured.push({ name, zipBytes, milliseconds, emptyMilliseconds, ratio: milliseconds / emptyMilliseconds });
  }
  return measured;
}

/** Least times of two calls that take turns. */
async function leastOfBoth(one: () => Promise<number>, other: () => Promise<number>): Promise<[number, number]> {
  let least: [number, number] = [Infinity, Infinity];
  let without = 0;
  for (let round = 0; round < mostRounds && without < roundsWithoutLess; round += 1) {
    const took = [await one(), await other()] as const;
    const isLess = took[0] < least[0] * (1 - noticeable) || took[1] < least[1] * (1 - noticeable);
    without = isLess ? 0 : without + 1;
    least = [Math.min(took[0], least[0]), Math.min(took[1], least[1])];
  }
  return least;
}

function clientOf({ endpoint }: Emulator): LambdaClient {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } =
    clientEnvironment(endpoint);
  return new LambdaClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
}

interface Code {
  readonly name: string;
  readonly handler: string;
  readonly code: Buffer;
}

/** Functions refuse to start without their settings; nothing is called with them. */
async function create(lambda: LambdaClient, { name, handler, code }: Code, variables: readonly string[]) {
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Role: 'arn:aws:iam::000000000000:role/bench',
      Handler: handler,
      Code: { ZipFile: code },
      Timeout: 30,
      Environment: { Variables: Object.fromEntries(variables.map((variable) => [variable, 'ERROR'])) },
    }),
  );
}

/** One call, and whether it ended in an error of the function itself. */
async function invoke(
  lambda: LambdaClient,
  name: string,
): Promise<{ readonly milliseconds: number; readonly hasFailed: boolean }> {
  const started = performance.now();
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: name, Payload: Buffer.from('{"bench":true}') }),
  );
  const milliseconds = performance.now() - started;
  const said = Buffer.from(Payload ?? []).toString();
  if (said.includes('init failed')) throw new Error(`${name} did not start: ${said}`);
  return { milliseconds, hasFailed: FunctionError !== undefined };
}
