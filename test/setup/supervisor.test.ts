import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { ProcessFailed } from '../../local/process/supervised-process.ts';
import { createSupervisor, type Supervisor } from '../../local/process/supervisor.ts';
import { isRunning } from './eventually.ts';

const node = process.execPath;
const stay = 'setInterval(() => {}, 1000)';
const open: Supervisor[] = [];

afterEach(async () => {
  for (const supervisor of open.splice(0)) await supervisor.stopAll();
});

function supervise() {
  const supervisor = createSupervisor();
  open.push(supervisor);
  return supervisor;
}

describe('start', () => {
  test('returns once the line is printed, with that line', async () => {
    const started = await supervise().start({
      name: 'server',
      command: node,
      args: ['-e', `console.log('warming up'); console.log('port 4711'); ${stay}`],
      ready: { line: /^port \d+$/ },
    });

    expect(started.readyLine).toBe('port 4711');
  });

  test('returns once the URL answers 200', async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.writeHead(asked < 3 ? 503 : 200).end('mine');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;

    await supervise().start({
      name: 'server',
      command: node,
      args: ['-e', stay],
      ready: { url: `http://127.0.0.1:${String(port)}/`, accepts: (body) => body === 'mine' },
    });

    expect(asked).toBe(3);
    server.close();
  });

  test('a process that ends before it is ready fails with what it printed', async () => {
    const starting = supervise().start({
      name: 'fleet',
      command: node,
      args: ['-e', "console.error('no room left'); process.exit(3)"],
      ready: { line: /ready/ },
    });

    await expect(starting).rejects.toThrow(
      'fleet ended with code 3 before it was ready; its last output:\nno room left',
    );
  });

  test('a process that does not get ready in time fails and is gone', async () => {
    let pid = 0;
    const starting = supervise().start({
      name: 'fleet',
      command: node,
      args: ['-e', `console.log(process.pid); ${stay}`],
      ready: { line: /never/ },
      readySeconds: 0.5,
      onLine: (line) => (pid = Number(line)),
    });

    await expect(starting).rejects.toThrow('fleet was not ready after 0.5 s');
    expect(pid).toBeGreaterThan(0);
    expect(isRunning(pid)).toBe(false);
  });

  test('a command that does not exist fails with its name', async () => {
    const starting = supervise().start({ name: 'fleet', command: '/nowhere/at-all', args: [] });

    await expect(starting).rejects.toThrow(/^fleet could not be started \(spawn \/nowhere\/at-all ENOENT\)$/);
  });
});

describe('run', () => {
  test('ends with the command', async () => {
    await expect(supervise().run({ name: 'deploy', command: node, args: ['-e', ''] })).resolves.toBeUndefined();
  });

  test('a command that fails is an error with the end of what it printed', async () => {
    const script = "for (let i = 1; i <= 100; i += 1) console.log('line ' + i); process.exitCode = 2";
    const error: unknown = await supervise()
      .run({ name: 'deploy', command: node, args: ['-e', script] })
      .catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(ProcessFailed);
    expect(String(error)).toMatch(/deploy ended with code 2; its last output:\nline 71\n[^]*line 100$/);
  });
});

describe('stopAll', () => {
  test('stops the last started first', async () => {
    const order: string[] = [];
    const supervisor = supervise();
    for (const name of ['first', 'second', 'third']) {
      const started = await supervisor.start({ name, command: node, args: ['-e', stay] });
      void started.ended.then(() => order.push(name));
    }

    await supervisor.stopAll();

    expect(order).toEqual(['third', 'second', 'first']);
  });

  test('kills what ignores SIGTERM, after the grace', async () => {
    const supervisor = supervise();
    const stubborn = await supervisor.start({
      name: 'stubborn',
      command: node,
      args: ['-e', `process.on('SIGTERM', () => {}); console.log('up'); ${stay}`],
      ready: { line: /up/ },
      graceSeconds: 0.3,
    });

    await supervisor.stopAll();

    expect(await stubborn.ended).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('refuses to start anything afterwards', async () => {
    const supervisor = supervise();
    await supervisor.stopAll();

    await expect(supervisor.start({ name: 'late', command: node, args: ['-e', stay] })).rejects.toThrow(
      'late is not started: everything is being stopped',
    );
  });
});
