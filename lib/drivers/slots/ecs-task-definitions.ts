import { text } from 'node:stream/consumers';
import {
  ClientException,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  InvalidParameterException,
  RegisterTaskDefinitionCommand,
  type Tag,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import * as z from 'zod';
import { Refusal } from '../../rollout/refusal.ts';

/** A JSON object as it crosses the wire, with the members that this version of the SDK does not know. */
export type WireObject = Readonly<Record<string, unknown>>;

/** A task definition twice: as the SDK reads it, and whole. */
export interface WholeTaskDefinition {
  readonly known: TaskDefinition;
  readonly whole: WireObject;
  readonly tags: readonly Tag[];
}

/** ECS takes 50 tags; those that AWS sets itself do not count. */
const mostTags = 50;
/** No caller may set a tag that begins with this, in any case: AWS sets it, CloudFormation for example. */
const reservedTag = /^aws:/i;

/** Members of a described task definition that RegisterTaskDefinition does not have. */
export const describedOnly: ReadonlySet<string> = new Set([
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
]);
/** ECS names what it records itself like this (`registeredAt`, `registeredBy`): not expected back from a copy. */
const recordOfEcs = /^[^.]*(?:At|By)$/;

const answer = z.looseObject({ taskDefinition: z.custom<WireObject>(isObject) });

function wholeOf(body: string): WireObject {
  return answer.parse(JSON.parse(body)).taskDefinition;
}

/**
 * Describes a task definition by ARN, `family:revision` or family.
 * @throws ClientException where there is none, InvalidParameterException for one of another region or account
 */
export async function describeWhole(client: ECSClient, reference: string): Promise<WholeTaskDefinition | undefined> {
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: reference, include: ['TAGS'] });
  let body = '{}';
  command.middlewareStack.add(
    reading((read) => (body = read)),
    afterDeserializer,
  );
  const { taskDefinition: known, tags = [] } = await client.send(command);
  return known && { known, whole: wholeOf(body), tags };
}

/**
 * Registers a copy of a task definition with other images in the containers named, and returns its ARN. Every other member is
 * sent as ECS described it, also what this version of the SDK does not know.
 * @param added tags that the copy gets besides the user's own
 * @throws Refusal with the names of members that ECS did not keep, or with what ECS refused
 */
export async function registerCopy(
  client: ECSClient,
  { known, whole, tags }: WholeTaskDefinition,
  images: ReadonlyMap<string, string>,
  added: readonly Tag[],
): Promise<string> {
  const base = known.taskDefinitionArn ?? known.family ?? '';
  const own = tags.filter(({ key = '' }) => !reservedTag.test(key) && !added.some((tag) => tag.key === key));
  const sent = {
    ...Object.fromEntries(Object.entries(whole).filter(([name]) => !describedOnly.has(name))),
    containerDefinitions: withImages(whole['containerDefinitions'], images),
    tags: [...own, ...added].slice(0, mostTags),
  };
  const { family, containerDefinitions } = known;
  const command = new RegisterTaskDefinitionCommand({ family, containerDefinitions });
  let body = '{}';
  command.middlewareStack.add(sending(JSON.stringify(sent)), afterSerializer);
  command.middlewareStack.add(
    reading((read) => (body = read)),
    afterDeserializer,
  );
  const registered = await client.send(command).catch((error: unknown) => {
    if (!(error instanceof ClientException || error instanceof InvalidParameterException)) throw error;
    throw new Refusal(`ECS refuses a copy of task definition ${base} with the new image: ${error.message}`, {
      cause: error,
    });
  });
  const arn = registered.taskDefinition?.taskDefinitionArn;
  if (arn === undefined) throw new Error(`ECS registered a task definition after ${base} without telling its ARN.`);
  const { tags: _, ...members } = sent;
  const lost = lostMembers(members, wholeOf(body));
  if (lost.length > 0) {
    throw new Refusal(
      `ECS did not keep ${lost.join(', ')} of task definition ${base} in its copy ${arn}, so green would run without it. ` +
        'Register a revision without it, or one with the new image by its digest, which is taken as it is (`taskDefinition: from-event`).',
    );
  }
  return arn;
}

function withImages(containers: unknown, images: ReadonlyMap<string, string>): unknown {
  if (!Array.isArray(containers)) return containers;
  return containers.map((container: unknown) => {
    const image = isObject(container) ? images.get(String(container['name'])) : undefined;
    return isObject(container) && image !== undefined ? { ...container, image } : container;
  });
}

/** Names of what was sent and did not come back, each without what lies within it. */
function lostMembers(sent: WireObject, copy: WireObject): readonly string[] {
  const kept = new Set(membersOf(copy));
  const lost = new Set(membersOf(sent).filter((member) => !kept.has(member) && !recordOfEcs.test(member)));
  return [...lost].filter((member) => ![...lost].some((outer) => member.startsWith(`${outer}.`)));
}

/** `cpu`, `containerDefinitions.app.ulimits.hardLimit`: elements of a list go by their name, or by none, as their order may change. */
function membersOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) {
    return value.flatMap((element: unknown) => {
      const name = isObject(element) ? element['name'] : undefined;
      return membersOf(element, typeof name === 'string' ? `${path}.${name}` : path);
    });
  }
  if (!isObject(value)) return [path];
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === null ? [] : membersOf(member, path === '' ? name : `${path}.${name}`),
  );
  return path === '' ? members : [path, ...members];
}

/** Whether a value of JSON is an object, and no list. */
export function isObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads the body of the answer before the SDK drops what its model does not have. */
const reading =
  (keep: (body: string) => void) =>
  <Args, Result extends { readonly response: unknown }>(next: (args: Args) => Promise<Result>) =>
  async (args: Args): Promise<Result> => {
    const result = await next(args);
    const { response } = result;
    if (!hasBody(response)) return result;
    const body = await text(response.body);
    keep(body);
    Reflect.set(response, 'body', Buffer.from(body));
    return result;
  };

/** Sends this body in place of the one that the SDK wrote: measured, signed and retried like any other. */
const sending =
  (body: string) =>
  <Args extends { readonly request?: unknown }, Result>(next: (args: Args) => Promise<Result>) =>
  (args: Args): Promise<Result> => {
    if (isObject(args.request)) Reflect.set(args.request, 'body', body);
    return next(args);
  };

/** Nearer to the wire than the SDK's own deserializer, and than its serializer. */
const afterDeserializer = { name: 'keepAnswer', step: 'deserialize', priority: 'low' } as const;
const afterSerializer = { name: 'sendInstead', step: 'serialize', priority: 'low' } as const;

function hasBody(response: unknown): response is { readonly body: AsyncIterable<Buffer> } {
  return isObject(response) && isObject(response['body']) && Symbol.asyncIterator in response['body'];
}
