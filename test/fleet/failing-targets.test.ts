import http from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { freePort } from '../../local/process/free-port.ts';
import { eventually } from '../setup/eventually.ts';
import {
  createGroup,
  createListener,
  createLoadBalancer,
  forward,
  startTestFleet,
  type FleetUnderTest,
} from './fleet-under-test.ts';
import {
  answering,
  registerHealthy,
  startStub,
  targetStates,
  type StubHandler,
  type StubTarget,
} from './stub-target.ts';
import { failuresIn, send, sendMany } from './traffic.ts';

let under: FleetUnderTest;
let loadBalancer: string;
let group: string;
let url: string;
let stubs: StubTarget[];

beforeEach(async () => {
  under = await startTestFleet();
  group = await createGroup(under, 'web');
  loadBalancer = await createLoadBalancer(under);
  ({ url } = await createListener(under, loadBalancer, forward([group, 1])));
  stubs = [];
});

afterEach(async () => {
  await under.stop();
  await Promise.all(stubs.map((stub) => stub.stop()));
});

async function healthyStub(handler: StubHandler): Promise<StubTarget> {
  const stub = await startStub(handler);
  stubs.push(stub);
  await registerHealthy(under, group, stub);
  return stub;
}

async function stats(): Promise<unknown> {
  return (await fetch(`${under.fleet.endpoint}/_fleet/stats`)).json();
}

describe('an unhealthy target', () => {
  test('is left out until it is well again', async () => {
    const ill = await healthyStub(answering('ill'));
    await healthyStub(answering('well'));
    ill.healthStatus = 500;
    await eventually('it is unhealthy', async () => (await targetStates(under, group)).get(ill.port) === 'unhealthy');

    const seen = await sendMany(url, 40, 4);
    expect(new Set(seen.map(({ body }) => body))).toEqual(new Set(['well']));

    ill.healthStatus = 200;
    await eventually('it is healthy', async () => (await targetStates(under, group)).get(ill.port) === 'healthy');
    expect(new Set((await sendMany(url, 40, 4)).map(({ body }) => body))).toEqual(new Set(['ill', 'well']));
  });

  test('is asked all the same where no other is healthy: the group fails open', async () => {
    const ill = await healthyStub(answering('ill'));
    ill.healthStatus = 500;
    await eventually('it is unhealthy', async () => (await targetStates(under, group)).get(ill.port) === 'unhealthy');

    expect(await sendMany(url, 1, 1)).toMatchObject([{ status: 200, body: 'ill' }]);
  });

  test('is asked rather than one that has not answered yet', async () => {
    const ill = await healthyStub(answering('ill'));
    ill.healthStatus = 500;
    await eventually('it is unhealthy', async () => (await targetStates(under, group)).get(ill.port) === 'unhealthy');
    await under.elb.send(
      new ModifyTargetGroupCommand({
        TargetGroupArn: group,
        HealthCheckIntervalSeconds: 60,
        UnhealthyThresholdCount: 10,
      }),
    );
    await under.elb.send(
      new RegisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: '127.0.0.1', Port: await freePort() }] }),
    );

    expect(failuresIn(await sendMany(url, 20, 2))).toEqual([]);
  });
});

describe('the load balancer answers in the place of a target', () => {
  test('503 where the group has no target', async () => {
    expect(await sendMany(url, 1, 1)).toMatchObject([{ status: 503, headers: { server: 'awselb/2.0' } }]);
  });

  test('502 where nothing listens', async () => {
    await under.elb.send(
      new RegisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: '127.0.0.1', Port: await freePort() }] }),
    );

    expect(await sendMany(url, 1, 1)).toMatchObject([{ status: 502, headers: { server: 'awselb/2.0' } }]);
  });

  test.each<[string, StubHandler]>([
    ['closes the connection', (_request, _response, socket) => socket.destroy()],
    [
      'answers with a status that does not exist',
      (_request, _response, socket) => socket.end('HTTP/1.1 099 What\r\nContent-Length: 0\r\n\r\n'),
    ],
    ['answers what is not HTTP', (_request, _response, socket) => socket.end('what?\r\n\r\n')],
  ])('502 where the target %s', async (_, handler) => {
    await healthyStub(handler);

    expect(await sendMany(url, 1, 1, { method: 'POST', body: 'x' })).toMatchObject([{ status: 502 }]);
  });

  test('504 where the target is silent for longer than the idle timeout', async () => {
    await healthyStub(() => undefined);
    await under.elb.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: loadBalancer,
        Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '0.2' }],
      }),
    );

    expect(await sendMany(url, 1, 1)).toMatchObject([{ status: 504, headers: { server: 'awselb/2.0' } }]);
    expect(await stats()).toMatchObject({
      requests: 1,
      failed: 1,
      targetGroups: { [group]: { requests: 1, failed: 1 } },
    });
  });
});

describe('a response that breaks off', () => {
  test('breaks off for the client, too, and counts as failed', async () => {
    await healthyStub((_request, response, socket) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half', () => socket.destroy());
    });

    expect(await sendMany(url, 1, 1)).toMatchObject([{ status: undefined }]);
    await eventually('the request is over', async () => JSON.stringify(await stats()).includes('"requests":1'));
    expect(await stats()).toMatchObject({ requests: 1, failed: 1 });
  });
});

describe('a kept connection that the target closes as the next request comes', () => {
  const closingSecond = (): StubHandler => {
    const seen = new WeakSet<object>();
    return (request, response, socket) => {
      if (seen.has(socket)) socket.destroy();
      seen.add(socket);
      request.resume().on('end', () => response.end('fresh'));
    };
  };

  test('costs no request that may be sent again', async () => {
    await healthyStub(closingSecond());

    expect(failuresIn(await sendMany(url, 30, 1))).toEqual([]);
  });

  test.each([
    ['has a body', { method: 'PUT', body: 'once' }],
    ['might be done twice', { method: 'POST' }],
  ])('is not hidden where the request %s', async (_, sending) => {
    await healthyStub(closingSecond());

    const seen = await sendMany(url, 4, 1, sending);
    expect(seen.map(({ status }) => status)).toContain(502);
  });
});

describe('bodies', () => {
  test('stream both ways, whatever their size', async () => {
    await healthyStub((request, response) => request.pipe(response));
    const agent = new http.Agent();
    const body = 'sluice '.repeat(300_000);

    expect((await send(url, agent, { method: 'POST', body })).body).toBe(body);
  });

  test('headers pass as they are, hop-by-hop ones do not, and the forwarding ones are added', async () => {
    await healthyStub((request, response) => {
      response.setHeader('X-Twice', ['1', '2']);
      response.end(JSON.stringify(request.headers));
    });
    const headers = {
      'x-forwarded-for': '10.1.2.3',
      host: 'shop.example.com',
      connection: 'x-private',
      'x-private': 'hop',
    };
    const [seen] = await sendMany(url, 1, 1, { headers });
    const got: unknown = JSON.parse(seen?.body ?? '{}');

    expect(got).toMatchObject({
      host: 'shop.example.com',
      'x-forwarded-for': '10.1.2.3, 127.0.0.1',
      'x-forwarded-proto': 'http',
    });
    expect(got).not.toHaveProperty('x-private');
    expect(seen?.headers['x-twice']).toBe('1, 2');
  });
});
