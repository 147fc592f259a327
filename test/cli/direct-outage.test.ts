import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net, { type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  DescribeListenersCommand,
  ModifyListenerCommand,
  type ActionTypeEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { freePort } from '../../local/process/free-port.ts';
import {
  createGroup,
  createListener,
  createLoadBalancer,
  type FleetUnderTest,
  forward,
  startTestFleet,
} from '../fleet/fleet-under-test.ts';

const root = path.resolve(import.meta.dirname, '../..');
const main = path.join(root, 'lib/cli/main.ts');
/** Against hanging, not a measure of speed. */
const patience = 300_000;
const rolloutId = 'web-20260301-100000-abcdef';

let fleet: FleetUnderTest;
let folder: string;
let blue: string;
let green: string;
let listener: string;
const servers: Server[] = [];
const sockets = new Set<net.Socket>();

/** Starts a server that is ended with the tests, whoever still talks to it; returns its URL. */
async function serving(server: Server): Promise<string> {
  servers.push(server);
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** What every service but the load balancers does, by name. */
const ailments: Readonly<Record<string, () => Promise<string>>> = {
  'refuses connections': async () => `http://127.0.0.1:${String(await freePort())}`,
  'takes connections and never answers': () => serving(net.createServer()),
  'begins an answer and does not go on': () =>
    serving(
      http.createServer((_, response) => {
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': '100' });
        response.write('{');
      }),
    ),
  'may not use its KMS key': () =>
    serving(
      http.createServer((request, response) => {
        request.resume();
        const message = 'KMS key access denied error: the key is disabled';
        response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify({ __type: 'com.amazonaws.dynamodb.v20120810#AccessDeniedException', message }));
      }),
    ),
  'answers with errors of its own': () =>
    serving(
      http.createServer((request, response) => {
        request.resume();
        response.writeHead(500, { 'content-type': 'application/x-amz-json-1.0' });
        response.end('{"__type":"InternalServerError"}');
      }),
    ),
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-direct-'));
  fleet = await startTestFleet();
  const balancer = await createLoadBalancer(fleet);
  [blue, green] = [await createGroup(fleet, 'web-a'), await createGroup(fleet, 'web-b')];
  listener = (await createListener(fleet, balancer, forward([blue, 75], [green, 25]))).arn;
}, patience);

beforeEach(async () => {
  const split = { ListenerArn: listener, DefaultActions: [forward([blue, 75], [green, 25])] };
  await fleet.elb.send(new ModifyListenerCommand(split));
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  await fleet.stop();
  await rm(folder, { recursive: true });
});

async function greenWeight(): Promise<number | undefined> {
  const { Listeners } = await fleet.elb.send(new DescribeListenersCommand({ ListenerArns: [listener] }));
  const groups = Listeners?.[0]?.DefaultActions?.[0]?.ForwardConfig?.TargetGroups ?? [];
  return groups.find(({ TargetGroupArn }) => TargetGroupArn === green)?.Weight;
}

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command in a process of its own, which reaches the load balancers and nothing else but what is given. */
function direct(args: readonly string[], everythingElse: string, more: Readonly<Record<string, string>> = {}) {
  const words = ['rollback', 'web', '--direct', '--yes', '--once', '--json', '--stage', 'test', ...args];
  return new Promise<Ended>((resolve) => {
    const child = execFile(
      process.execPath,
      [main, ...words, '--region', 'us-east-1'],
      {
        cwd: folder,
        env: {
          ...{ PATH: process.env['PATH'], HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' },
          ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_ENDPOINT_URL: everythingElse },
          ...{ AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: fleet.fleet.endpoint, ...more },
        },
        timeout: patience,
      },
      (_, out, err) => {
        resolve({ code: child.exitCode ?? -1, out, err });
      },
    );
  });
}

async function savedPlan(): Promise<string> {
  const file = path.join(folder, 'plan.json');
  const Type: ActionTypeEnum = 'forward';
  const plan = {
    ...{ kind: 'sluice-restore-plan', schema: 1, service: 'web', rolloutId },
    ...{ blueTargetGroup: blue, greenTargetGroup: green },
    items: [{ kind: 'listener', arn: listener, actions: [{ Type, TargetGroupArn: blue, Order: 1 }] }],
  };
  await writeFile(file, JSON.stringify(plan));
  return file;
}

/** EventBridge Scheduler with the guard of one rollout, and what is left of an older one. */
function schedulerWith(rules: readonly unknown[]): Promise<string> {
  const older = 'web-20260228-100000-fedcba-limit';
  const named: Readonly<Record<string, unknown>> = {
    [older]: { rolloutId: older, by: 'the guard', reason: 'old', ifPassed: 'finish' },
    [`${rolloutId}-guard`]: {
      rolloutId,
      by: 'the guard',
      reason: 'silence',
      withoutTable: { executionArn: 'x', rules },
    },
    'web-2-20260301-110000-aaaaaa-guard': {
      rolloutId: 'another service’s',
      withoutTable: { executionArn: 'x', rules },
    },
  };
  return serving(
    http.createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://scheduler');
      const [, name = ''] = /^\/schedules\/(.+)$/.exec(pathname) ?? [];
      const answer =
        name === ''
          ? { Schedules: Object.keys(named).map((Name) => ({ Name })) }
          : { Name: name, Target: { Arn: 'x', RoleArn: 'x', Input: JSON.stringify(named[name]) } };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    }),
  );
}

describe.each(Object.entries(ailments))(
  'sluice rollback --direct, where everything but the load balancer %s',
  (_, ail) => {
    test(
      'puts traffic back by a plan in a file, and ends',
      async () => {
        const { code, out } = await direct(['--plan', await savedPlan()], await ail());

        expect(JSON.parse(out)).toMatchObject({ restored: true, fence: expect.stringMatching(/^not reached: ./) });
        expect(code).toBe(0);
        expect((await greenWeight()) ?? 0).toBe(0);
      },
      patience,
    );

    test(
      'without a plan says where one comes from, touches nothing, and ends',
      async () => {
        const { code, out, err } = await direct([], await ail());

        expect(code).toBe(1);
        expect(out).toBe('');
        expect(err).toMatch(/could not be read from the table: .*guard.*--plan/s);
        expect(await greenWeight()).toBe(25);
      },
      patience,
    );

    test(
      'puts traffic back by what the schedule of the guard names, where that is left',
      async () => {
        const rules = [{ kind: 'listener', arn: listener, blue, green }];
        const AWS_ENDPOINT_URL_SCHEDULER = await schedulerWith(rules);
        const { code, out, err } = await direct([], await ail(), { AWS_ENDPOINT_URL_SCHEDULER });

        expect(err).toContain(`names the rules of ${rolloutId}`);
        expect(JSON.parse(out)).toMatchObject({ rolloutId, restored: true });
        expect(code).toBe(0);
        expect(await greenWeight()).toBe(0);
      },
      patience,
    );
  },
);
