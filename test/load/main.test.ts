import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const main = path.resolve(import.meta.dirname, '../../local/load/main.ts');
let server: Server;
let url = '';

beforeAll(async () => {
  server = createServer((request, response) => response.setHeader('x-version', request.headers['x-who'] ?? '').end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (output.stderr += String(chunk)));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once('close', (code) => {
      resolve({ code, ...output });
    });
  });
  return { child, ended };
}

describe('the load program', () => {
  test('prints one line of JSON each second and a last one', async () => {
    const { ended } = start('--url', url, '--rate', '20', '--seconds', '1.5', '--header', 'x-who: v7', '--json');
    const { code, stdout, stderr } = await ended;
    const lines = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ at: 'running', failed: 0 });
    expect(lines[1]).toMatchObject({
      at: 'end',
      requests: 30,
      failed: 0,
      byVersion: { v7: { requests: 30, failed: 0 } },
    });
  });

  test('reports what it sent when it is told to end', async () => {
    const { child, ended } = start('--url', url, '--json');
    child.stdout.once('data', () => child.kill('SIGTERM'));
    const { code, stdout } = await ended;

    expect(code).toBe(0);
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^\{"at":"end",.*"failed":0,/);
  });

  test.each([
    ['another machine', ['--url', 'http://example.com/'], 'load: example.com is not this machine'],
    ['no URL', [], 'load: --url is missing'],
    ['an unknown option', ['--speed', '3'], "load: Unknown option '--speed'"],
    [
      'a header without a value',
      ['--url', 'http://127.0.0.1/', '--header', 'x'],
      'load: "x" is no header, expected name: value',
    ],
  ])('refuses %s with the usage', async (_, args, message) => {
    const { code, stdout, stderr } = await start(...args).ended;

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain('node local/load/main.ts --url URL');
  });
});
