import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import { DescribeTableCommand, GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { freePort } from '../../local/process/free-port.ts';
import { eventually as expectEventually, isRunning } from '../setup/eventually.ts';
import { at, emulatorUnderTest } from './emulator-under-test.ts';

type UnderTest = Awaited<ReturnType<typeof emulatorUnderTest>>;
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function start(options: Parameters<typeof emulatorUnderTest>[0] = {}): Promise<UnderTest> {
  const started = await emulatorUnderTest(options);
  open.push(started);
  return started;
}

const filesOfThisProcess = () =>
  readdirSync(os.tmpdir()).filter((name) => name.startsWith(`sluice-emulator-${process.pid}-`));

const self = z.object({ pid: z.number(), node: z.string(), env: z.record(z.string(), z.string()) });
const whoAmI = 'export const handler = async () => ({ pid: process.pid, node: process.version, env: process.env });';

describe('startEmulator', () => {
  test('two at once know nothing of each other', async () => {
    const [one, other] = await Promise.all([start(), start()]);
    await one.createTable('of-one');

    expect((await other.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    expect((await one.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual(['of-one']);
  });

  describe('where the port is taken', () => {
    let squatter: Server;
    const port = freePort();

    beforeAll(async () => {
      const wanted = await port;
      squatter = createServer((socket) => socket.destroy());
      await new Promise<void>((resolve) => squatter.listen(wanted, '127.0.0.1', resolve));
    });

    afterAll(() => {
      squatter.close();
    });

    test('another port is taken', async () => {
      const { emulator } = await start({ port: await port });

      expect(emulator.port).not.toBe(await port);
    });
  });

  test('another emulator that already has the port is not taken for this one', async () => {
    const first = await start();
    const second = await start({ port: first.emulator.port });

    expect(second.emulator.port).not.toBe(first.emulator.port);
  });

  test('stop leaves no process and no file, functions included', async () => {
    const { emulator, createFunction, invoke } = await start();
    await createFunction('who', whoAmI);
    const { pid } = self.parse(await invoke('who'));
    expect(isRunning(pid)).toBe(true);

    await emulator.stop();

    expect(isRunning(pid)).toBe(false);
    expect(filesOfThisProcess()).toEqual([]);
  });

  test('a crash takes the functions along', async () => {
    const { emulator, createFunction, invoke } = await start();
    await createFunction('who', whoAmI);
    const { pid } = self.parse(await invoke('who'));

    await emulator.restart('crash');

    expect(isRunning(pid)).toBe(false);
  });
});

describe('a function', () => {
  const before = { ...process.env };

  afterEach(() => {
    process.env = { ...before };
  });

  test('runs under this Node, with the environment of the emulator, and never with the settings of a real account', async () => {
    Object.assign(process.env, {
      AWS_PROFILE: 'production',
      AWS_ACCESS_KEY_ID: 'AKIAREAL',
      AWS_ENDPOINT_URL_S3: 'https://s3.example.com',
      AWS_REGION: 'eu-west-1',
    });
    const { emulator, createFunction, invoke } = await start({ env: { AWS_ENDPOINT_URL_ECS: 'http://127.0.0.1:1' } });
    await createFunction('who', whoAmI);
    const { node, env } = self.parse(await invoke('who'));

    expect(node).toBe(process.version);
    expect(env).toMatchObject({
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ENDPOINT_URL_ECS: 'http://127.0.0.1:1',
      AWS_REGION: 'us-east-1',
    });
    expect(env['AWS_ACCESS_KEY_ID']).not.toBe('AKIAREAL');
    expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['AWS_PROFILE']));
    expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['AWS_ENDPOINT_URL_S3']));
  });

  test('sees neither the modules nor the settings of the clone', async () => {
    const { createFunction, invoke } = await start();
    await createFunction(
      'alone',
      `export const handler = async () => import('zod').then(() => 'found', (error) => error.code);`,
    );

    expect(await invoke('alone')).toBe('ERR_MODULE_NOT_FOUND');
  });
});

describe('restart', () => {
  test('in order keeps tables, functions, machines and schedules, and fires a schedule that it missed', async () => {
    const {
      emulator,
      dynamodb,
      createTable,
      createFunction,
      createMachine,
      start: begin,
      describe: look,
      schedule,
      ...rest
    } = await start({ persist: true });
    await createTable('kept');
    await createFunction('who', whoAmI);
    const waiting = await createMachine({ Wait: { Type: 'Wait', Seconds: 60, End: true } });
    const interrupted = await begin(waiting, {});
    const target = { Arn: waiting, RoleArn: rest.role, Input: '{}' };
    const soon = { ScheduleExpression: at(Date.now() + 1000), FlexibleTimeWindow: { Mode: 'OFF' }, Target: target };
    await schedule('missed', 'POST', { ...soon, ActionAfterCompletion: 'DELETE' });

    await emulator.restart();

    expect((await dynamodb.send(new DescribeTableCommand({ TableName: 'kept' }))).Table?.TableStatus).toBe('ACTIVE');
    expect(self.parse(await rest.invoke('who')).node).toBe(process.version);
    expect(await look(interrupted)).toMatchObject({ status: 'FAILED', error: 'States.ServiceRestart' });
    await expectEventually('the schedule has fired', async () => (await schedule('missed', 'GET')) === 404);
  });

  test('as a crash loses the state', async () => {
    const { emulator, dynamodb, createTable } = await start({ persist: true });
    await createTable('lost');
    await dynamodb.send(new PutItemCommand({ TableName: 'lost', Item: { pk: { S: 'a' } } }));

    await emulator.restart('crash');

    expect((await dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  });

  test('as a crash with state keeps what it held right before, and loses what ran', async () => {
    const {
      emulator,
      dynamodb,
      createTable,
      createMachine,
      start: begin,
      describe: look,
    } = await start({ persist: true });
    await createTable('kept');
    await dynamodb.send(new PutItemCommand({ TableName: 'kept', Item: { pk: { S: 'a' } } }));
    const interrupted = await begin(await createMachine({ Wait: { Type: 'Wait', Seconds: 60, End: true } }), {});

    await emulator.restart('crash with state');

    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: 'kept', Key: { pk: { S: 'a' } } }));
    expect(Item).toEqual({ pk: { S: 'a' } });
    expect(await look(interrupted)).toMatchObject({ status: 'FAILED', error: 'States.ServiceRestart' });
  });
});
