import http from 'node:http';
import type net from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DeregisterTargetsCommand, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import * as z from 'zod';
import { eventually } from '../setup/eventually.ts';
import { forward, named } from './fleet-under-test.ts';
import { startFrontedFleet, type FrontedFleet } from './fronted-fleet.ts';
import { answering, registerHealthy, startStub, type StubTarget } from './stub-target.ts';

const stats = z.object({ targetGroups: z.record(z.string(), z.object({ open: z.number(), failed: z.number() })) });

let front: FrontedFleet;
let stubs: StubTarget[];
let streaming: http.ServerResponse | undefined;

beforeEach(async () => {
  front = await startFrontedFleet();
  const green = await startStub((request, response) => {
    if (request.url !== '/stream') {
      answering('green')(request, response, request.socket);
      return;
    }
    streaming = response;
    response.write('first ');
  }, echo);
  stubs = [await startStub(answering('blue')), green];
  await registerHealthy(front.under, front.blue, named(stubs[0]));
  await registerHealthy(front.under, front.green, named(stubs[1]));
  await give('green');
});

afterEach(async () => {
  await front.under.stop();
  await Promise.all(stubs.map((stub) => stub.stop()));
});

/** A protocol of a test: sends back what comes, with the target's name. */
function echo(_request: http.IncomingMessage, socket: Duplex): void {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
  socket.on('data', (data: Buffer) => socket.write(`green: ${data.toString()}`));
  socket.on('error', () => socket.destroy());
}

async function give(name: 'blue' | 'green'): Promise<void> {
  const actions = [forward([front.blue, name === 'blue' ? 1 : 0], [front.green, name === 'green' ? 1 : 0])];
  await front.under.elb.send(new ModifyRuleCommand({ RuleArn: front.rule, Actions: actions }));
}

/** Opens an upgraded connection to whatever the rule leads to. */
function connect(): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const request = http.request(front.listener.url, {
      agent: false,
      headers: { connection: 'Upgrade', upgrade: 'echo' },
    });
    request.on('upgrade', (_answer, socket) => {
      socket.on('error', () => socket.destroy());
      resolve(socket);
    });
    request.on('response', ({ statusCode }) => {
      reject(new Error(`status ${String(statusCode)}`));
    });
    request.on('error', reject);
    request.end();
  });
}

async function say(socket: net.Socket, word: string): Promise<string> {
  const answer = new Promise<string>((resolve) => {
    socket.once('data', (data: Buffer) => {
      resolve(data.toString());
    });
  });
  socket.write(word);
  return answer;
}

async function openOnGreen(): Promise<number> {
  const answer: unknown = await (await fetch(`${front.under.fleet.endpoint}/_fleet/stats`)).json();
  return stats.parse(answer).targetGroups[front.green]?.open ?? 0;
}

async function deregisterGreen(): Promise<void> {
  const Targets = [{ Id: '127.0.0.1', Port: named(stubs[1]).port }];
  await front.under.elb.send(new DeregisterTargetsCommand({ TargetGroupArn: front.green, Targets }));
}

describe('what stays open when all weight goes to the other group', () => {
  test('a WebSocket talks to its target on, and is cut when the deregistration delay is over', async () => {
    const socket = await connect();
    expect(await say(socket, 'one')).toBe('green: one');

    await give('blue');
    expect(await (await fetch(front.listener.url)).text()).toBe('blue');
    expect(await say(socket, 'two')).toBe('green: two');
    expect(await openOnGreen()).toBe(1);

    const closed = new Promise<void>((resolve) => {
      socket.on('close', () => {
        resolve();
      });
    });
    await deregisterGreen();
    await closed;
    await eventually('green is drained', async () => (await openOnGreen()) === 0);
  });

  test('a download comes from its target to its end, also while that is deregistered', async () => {
    const response = await fetch(`${front.listener.url}/stream`);
    await give('blue');
    await deregisterGreen();
    expect(await openOnGreen()).toBe(1);
    streaming?.end('last');

    expect(await response.text()).toBe('first last');
    await eventually('green is drained', async () => (await openOnGreen()) === 0);
  });

  test('a connection that its client closes is drained at once; one that no target takes is refused with 503', async () => {
    const socket = await connect();
    socket.destroy();
    await eventually('green is drained', async () => (await openOnGreen()) === 0);

    await deregisterGreen();
    await expect(connect()).rejects.toThrow('status 503');
  });
});
