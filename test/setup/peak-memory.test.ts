import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { memoryOfTree, samplePeakMemory } from '../../local/process/peak-memory.ts';
import { createSupervisor, type Supervisor } from '../../local/process/supervisor.ts';
import { eventually } from './eventually.ts';

let supervisor: Supervisor | undefined;

afterEach(() => supervisor?.stopAll());

/** A process whose child holds 120 MB until the process is told by SIGUSR2 to end it; the process itself stays. */
async function family() {
  supervisor = createSupervisor();
  const child = "const held = Buffer.alloc(120e6, 1); console.log('held ' + held.length); setInterval(() => {}, 1000)";
  const parent = `
    const child = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });
    process.on('SIGUSR2', () => child.kill());
    setInterval(() => {}, 1000);`;
  return supervisor.start({ name: 'family', command: process.execPath, args: ['-e', parent], ready: { line: /held/ } });
}

if (existsSync('/proc/self/smaps_rollup')) {
  describe('where the system tells', () => {
    test('the memory of a tree holds that of the children', async () => {
      const { pid } = await family();

      expect(await memoryOfTree(pid)).toBeGreaterThan(120);
    });

    test('the peak outlives the process that made it', async () => {
      const { pid } = await family();
      const seen = Promise.withResolvers<number>();
      const memory = samplePeakMemory(pid, 0.05, async (root) => {
        const total = await memoryOfTree(root);
        if (total !== undefined && total > 120) seen.resolve(total);
        return total;
      });
      await seen.promise;
      process.kill(pid, 'SIGUSR2');
      await eventually('the child is gone', async () => ((await memoryOfTree(pid)) ?? Number.NaN) < 120);

      expect(await memory.stop()).toBeGreaterThan(120);
    });
  });
}

test('the memory of a process that does not exist is unknown', async () => {
  expect(await memoryOfTree(2 ** 31 - 2)).toBeUndefined();
});
