import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { ecsSlotRuntime } from '../../../lib/drivers/slots/ecs-slot-runtime.ts';
import { Refusal } from '../../../lib/rollout/refusal.ts';
import { type FleetUnderTest, startTestFleet } from '../../fleet/fleet-under-test.ts';

const folder = path.join(import.meta.dirname, 'task-definitions');
const image = `registry.test/web@sha256:${'e'.repeat(64)}`;

const container = z.looseObject({ name: z.string(), image: z.string() });
const definition = z.looseObject({ containerDefinitions: z.array(container) });
type Definition = z.output<typeof definition>;
const tags = z.array(z.object({ key: z.string(), value: z.string() }));
const answered = z.object({
  taskDefinition: definition.extend({ taskDefinitionArn: z.string() }),
  tags: tags.optional(),
});

let under: FleetUnderTest;

beforeAll(async () => {
  under = await startTestFleet();
});

afterAll(() => under.stop());

/** Past the SDK, which reads and writes nothing that its model does not have. */
async function onTheWire(action: string, body: object): Promise<unknown> {
  const answer = await fetch(under.fleet.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonEC2ContainerServiceV20141113.${action}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ecs/aws4_request, SignedHeaders=host, Signature=x',
    },
    body: JSON.stringify(body),
  });
  return answer.json();
}

async function register(given: object): Promise<string> {
  return answered.parse(await onTheWire('RegisterTaskDefinition', given)).taskDefinition.taskDefinitionArn;
}

async function described(taskDefinition: string) {
  return answered.parse(await onTheWire('DescribeTaskDefinition', { taskDefinition, include: ['TAGS'] }));
}

async function setByAws(order: { taskDefinition: string; tags?: object; members?: object }): Promise<void> {
  const answer = await fetch(`${under.fleet.endpoint}/_fleet/task-definition`, {
    method: 'POST',
    body: JSON.stringify(order),
  });
  expect(answer.status).toBe(200);
}

/** Without what is different in every revision. */
function comparable({ taskDefinition }: { readonly taskDefinition: object }): object {
  const { taskDefinitionArn, revision, registeredAt, ...rest } = z.looseObject({}).parse(taskDefinition);
  expect([typeof taskDefinitionArn, typeof revision, typeof registeredAt]).toEqual(['string', 'number', 'number']);
  return rest;
}

const derive = (base: string, name: string) => ecsSlotRuntime(under.ecs).deriveTaskDefinition(base, name, image);

describe('a copy of a task definition', () => {
  test.each(readdirSync(folder))('keeps every member of %s but the image', async (file) => {
    const given: Definition = definition.parse(JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
    const name = given.containerDefinitions.find((one) => one['portMappings'] !== undefined)?.name ?? '';
    const base = await register(given);
    const before = await described(base);
    const after = await described(await derive(base, name));

    const containerDefinitions = before.taskDefinition.containerDefinitions.map((one) =>
      one.name === name ? { ...one, image } : one,
    );
    expect(comparable(after)).toEqual({ ...comparable(before), containerDefinitions });
    const { tags: _, ...members } = given;
    expect(comparable(before)).toMatchObject(members);
  });

  const plain = { family: 'plain', containerDefinitions: [{ name: 'app', image: 'registry.test/web:one' }] };

  test('gets the tags of its user, and none that only AWS may set, in whatever case', async () => {
    const base = await register({ ...plain, tags: [{ key: 'team', value: 'shop' }] });
    const set = { 'aws:cloudformation:stack-name': 'shop', 'AWS:servicecatalog:productArn': 'x' };
    await setByAws({ taskDefinition: base, tags: set });
    const after = await described(await derive(base, 'app'));

    expect(after.tags).toEqual([
      { key: 'team', value: 'shop' },
      { key: 'sluice:infrastructure', value: base },
    ]);
  });

  test('does not ask back what ECS records of each revision itself', async () => {
    const base = await register(plain);
    await setByAws({ taskDefinition: base, members: { lastStartedAt: 1_780_000_000.25, lastStartedBy: 'someone' } });

    expect(await derive(base, 'app')).not.toBe(base);
  });

  test('that lost a member is refused, with the name of the member', async () => {
    const base = await register(plain);
    await setByAws({
      taskDefinition: base,
      members: { isolation: { level: 'strict' }, cores: [{ name: 'one', at: 1 }] },
    });
    const deriving = derive(base, 'app');

    await expect(deriving).rejects.toBeInstanceOf(Refusal);
    await expect(deriving).rejects.toThrow(
      /did not keep isolation, cores\.one of task definition .*:task-definition\/plain:\d+ in its copy/,
    );
  });

  test('that ECS refuses is refused with its words', async () => {
    const base = await register({ ...plain, family: 'refused' });
    // As where ECS has come to refuse what it once took.
    await setByAws({ taskDefinition: base, members: { family: 'not a family' } });
    const deriving = derive(base, 'app');

    await expect(deriving).rejects.toBeInstanceOf(Refusal);
    await expect(deriving).rejects.toThrow(
      /ECS refuses a copy of task definition .* with the new image: .*Family must be/,
    );
  });
});

describe('the fleet', () => {
  test.each(['aws:team', 'Aws:team'])('takes no tag %s from a caller, as ECS does', async (key) => {
    const answer = await onTheWire('RegisterTaskDefinition', {
      family: 'tagged',
      containerDefinitions: [{ name: 'app', image: 'x' }],
      tags: [{ key, value: 'shop' }],
    });

    expect(answer).toEqual({ __type: 'InvalidParameterException', message: 'Tag key must not start with aws:' });
  });

  test('reads no member that only a description has', async () => {
    const given = { family: 'odd', containerDefinitions: [{ name: 'app', image: 'x' }] };
    const arn = await register({ ...given, revision: 99, status: 'DELETED', compatibilities: ['EXTERNAL'] });

    expect((await described(arn)).taskDefinition).toMatchObject({
      revision: 1,
      status: 'ACTIVE',
      compatibilities: ['EC2', 'FARGATE'],
    });
  });
});
