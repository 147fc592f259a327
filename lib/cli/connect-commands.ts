import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { SignatureV4 } from '@smithy/signature-v4';
import { placeOf } from '../network/place-of.ts';
import * as z from 'zod';
import { parsedJson } from '../specification/text/parsed-json.ts';
import { type CommandAnswer, commandAnswer, type CommandRequest } from '../usecases/people/command-request.ts';
import { explainAwsFailure } from './aws-failure.ts';
import { ApiAway } from './cli-failure.ts';
import type { StackSettings } from './client-settings.ts';
import { messageOf } from '../specification/text/message-of.ts';

/** The API of a stack. Calls nothing yet. */
export function connectCommands(settings: StackSettings, stage: string) {
  const client = new CloudFormationClient(settings);
  return { command: stackCommands(client, stage), pageLink: stackPages(client, stage) };
}

/** A function may start cold, and ask IAM. */
const patienceMilliseconds = 20_000;

/**
 * Sends commands to the API of a stack, signed with the caller's own credentials. The address is an output of the stack.
 * @param client gives credentials, region and the hash for the signature, too
 */
export function stackCommands(
  client: CloudFormationClient,
  stage: string,
): (request: CommandRequest) => Promise<CommandAnswer> {
  return async (request) => {
    const url = await commandsUrl(client, stage);
    const body = JSON.stringify(request);
    const signed = await signedHeaders(client, url, body);
    const { status, text } = await post(url, body, signed);
    const answer = commandAnswer.safeParse(parsedJson(text));
    if ([200, 400, 409, 413].includes(status) && answer.success) return answer.data;
    throw new ApiAway(`it answered ${status}: ${messageIn(text)}`);
  };
}

const mintedLink = z.object({ url: z.string(), until: z.string() });
/** A link to a page, and until when it lets its holder in. */
export type MintedLink = z.output<typeof mintedLink>;

/**
 * Asks the API of a stack for a link to a page, with the caller's own credentials.
 * @throws ApiAway where it gives none
 */
export function stackPages(client: CloudFormationClient, stage: string): (to: string) => Promise<MintedLink> {
  return async (to) => {
    const url = new URL('open', await commandsUrl(client, stage));
    const body = JSON.stringify({ to });
    const { status, text } = await post(url, body, await signedHeaders(client, url, body));
    const answer = mintedLink.safeParse(parsedJson(text));
    if (status === 200 && answer.success) return answer.data;
    throw new ApiAway(`it answered ${status}: ${messageIn(text)}`);
  };
}

async function commandsUrl(client: CloudFormationClient, stage: string): Promise<URL> {
  const StackName = `sluice-${stage}`;
  let found: string | undefined;
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    found = stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'CommandsUrl')?.OutputValue;
  } catch (error) {
    throw new ApiAway(`its address could not be read from stack ${StackName}: ${explainAwsFailure(error)}`);
  }
  if (found !== undefined) return new URL(found);
  throw new ApiAway(`stack ${StackName} has no output CommandsUrl: it is of an earlier version, deploy it again`);
}

async function signedHeaders(
  { config }: CloudFormationClient,
  url: URL,
  body: string,
): Promise<Readonly<Record<string, string>>> {
  const signer = new SignatureV4({
    service: 'execute-api',
    region: config.region,
    credentials: config.credentials,
    sha256: config.sha256,
  });
  const { headers } = await signer.sign({
    method: 'POST',
    ...placeOf(url),
    headers: { host: url.host, 'content-type': 'application/json' },
    body,
  });
  return headers;
}

async function post(
  url: URL,
  body: string,
  { host, ...headers }: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const signal = AbortSignal.timeout(patienceMilliseconds);
    const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new ApiAway(`it does not answer at ${host ?? url.host}: ${messageOf(cause)}`);
  }
}

/** API Gateway says why in `message`, or `Message` where a policy refuses. */
function messageIn(text: string): string {
  const body = parsedJson(text);
  if (typeof body !== 'object' || body === null) return text.slice(0, 200);
  const said: unknown = Reflect.get(body, 'message') ?? Reflect.get(body, 'Message') ?? Reflect.get(body, 'reason');
  return typeof said === 'string' ? said.slice(0, 400) : text.slice(0, 200);
}
