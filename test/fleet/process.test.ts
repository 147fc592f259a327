import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import * as z from 'zod';
import { manifestOf, versions } from '../../examples/web/versions.ts';
import { eventually } from '../setup/eventually.ts';
import { startRegistry } from './registry-stub.ts';

const root = path.resolve(import.meta.dirname, '../..');
const ready = z.object({ endpoint: z.url() });

let registry: Awaited<ReturnType<typeof startRegistry>>;
let fleet: ChildProcess;

beforeEach(async () => {
  registry = await startRegistry({ [versions.good.tag]: manifestOf(versions.good) });
});

afterEach(() => {
  fleet.kill('SIGKILL');
  registry.stop();
});

/** Starts the fleet as a process of its own; answers the first line that it prints. */
async function startProcess(...flags: string[]): Promise<string> {
  fleet = spawn(process.execPath, [path.join(root, 'local/fleet/main.ts'), ...flags], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: root,
  });
  fleet.stderr?.resume();
  let text = '';
  for await (const chunk of fleet.stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.split('\n')[0] ?? '';
}

/** Runs a task; answers the port that its process listens on. */
async function runTask(endpoint: string): Promise<number> {
  const ecs = new ECSClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  await ecs.send(new CreateClusterCommand({ clusterName: 'c' }));
  const containerDefinitions = [
    { name: 'app', image: `sample/web:${versions.good.tag}`, portMappings: [{ containerPort: 80 }] },
  ];
  await ecs.send(new RegisterTaskDefinitionCommand({ family: 'f', containerDefinitions }));
  await ecs.send(new CreateServiceCommand({ cluster: 'c', serviceName: 's', taskDefinition: 'f', desiredCount: 1 }));
  await eventually('the task runs', async () => {
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'c', services: ['s'] }));
    return services?.[0]?.runningCount === 1;
  });
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: 'c' }));
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: 'c', tasks: taskArns }));
  ecs.destroy();
  const port = tasks?.[0]?.containers?.[0]?.networkBindings?.[0]?.hostPort ?? 0;
  await eventually('the task answers', () => answers(port));
  return port;
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health`)).ok;
  } catch {
    return false;
  }
}

describe('the fleet as a process', () => {
  test.each<[string, () => void]>([
    ['is killed', () => fleet.kill('SIGKILL')],
    ['is asked to end', () => fleet.kill('SIGTERM')],
    ['is interrupted', () => fleet.kill('SIGINT')],
    ['loses who started it', () => fleet.stdin?.end()],
  ])('leaves no task behind when it %s', async (_, end) => {
    const { endpoint } = ready.parse(JSON.parse(await startProcess('--ecr-endpoint', registry.endpoint)));
    const port = await runTask(endpoint);

    end();
    await once(fleet, 'exit');
    await eventually('the task is gone', async () => !(await answers(port)));
    expect(await answers(Number(new URL(endpoint).port))).toBe(false);
  });

  test.each([
    ['a port that is no number', ['--port', 'http'], /--port 'http' is not a number/],
    ['a flag that it does not know', ['--colour'], /--colour/],
  ])('refuses %s', async (_, flags, message) => {
    fleet = spawn(process.execPath, [path.join(root, 'local/fleet/main.ts'), ...flags], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let errors = '';
    fleet.stderr?.on('data', (chunk) => (errors += String(chunk)));
    await once(fleet, 'close');

    expect(fleet.exitCode).toBe(1);
    expect(errors).toMatch(message);
    expect(errors).not.toMatch(/\n\s+at /);
  });
});
