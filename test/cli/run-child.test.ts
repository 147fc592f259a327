import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runChild } from '../../lib/cli/run-child.ts';
import { projectRoot } from '../../local/stack/project-root.ts';

const nothing = { seconds: 60, renew: () => Promise.resolve() };
const node = (script: string) => [process.execPath, '-e', script];

describe('a command of the caller', () => {
  test('is run without a shell, and its exit code is told', async () => {
    expect(
      await runChild([...node('process.exit(process.argv[1] === "$(id); a b" ? 9 : 1)'), '$(id); a b'], nothing),
    ).toBe(9);
  });

  test('that a signal ends counts as in a shell', async () => {
    expect(await runChild(node('process.kill(process.pid, "SIGKILL")'), nothing)).toBe(137);
  });

  test('that cannot be started is told by its name', async () => {
    await expect(runChild(['no-such-command'], nothing)).rejects.toThrow('no-such-command cannot be started (ENOENT).');
  });

  test('is renewed while it runs, and not after', async () => {
    let renewed = 0;
    let release: () => void = () => undefined;
    const twice = new Promise<void>((resolve) => {
      release = resolve;
    });
    const script = 'process.stdin.resume(); setTimeout(() => process.exit(0), 400)';
    const renew = () => {
      renewed += 1;
      if (renewed === 2) release();
      return Promise.resolve();
    };
    await Promise.all([runChild(node(script), { seconds: 0.01, renew }), twice]);
    const after = renewed;

    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    expect(renewed).toBe(after);
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('gets %s, and this process ends after it', async (signal) => {
    const module = path.join(projectRoot, 'lib/cli/run-child.ts');
    const child =
      'process.on("SIGTERM", end).on("SIGHUP", end).on("SIGINT", end); function end(signal) { console.log("child " + signal); process.exit(5); } setInterval(() => {}, 1000); console.log("up");';
    const parent = `const { runChild } = await import(${JSON.stringify(module)});
      const code = await runChild([process.execPath, '-e', ${JSON.stringify(child)}], { seconds: 60, renew: async () => {} });
      console.log('parent ' + code);`;
    const started = spawn(process.execPath, ['--input-type=module', '-e', parent], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(started, 'close');
    let said = '';
    for await (const part of started.stdout.setEncoding('utf8')) {
      said += String(part);
      if (said === 'up\n') started.kill(signal);
    }

    expect(said).toBe(`up\nchild ${signal}\nparent 5\n`);
    expect(await ended).toEqual([0, null]);
  });
});
