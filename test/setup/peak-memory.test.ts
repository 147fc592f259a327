import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { memoryOfTree, samplePeakMemory } from '../../local/process/peak-memory.ts';
import { createSupervisor, type Supervisor } from '../../local/process/supervisor.ts';

let supervisor: Supervisor | undefined;

afterEach(() => supervisor?.stopAll());

/** A process whose child holds 120 MB for as long as it runs. */
async function family() {
  supervisor = createSupervisor();
  const child = "const held = Buffer.alloc(120e6, 1); console.log('held ' + held.length); setInterval(() => {}, 1000)";
  return supervisor.start({
    name: 'family',
    command: process.execPath,
    args: [
      '-e',
      `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' })`,
    ],
    ready: { line: /held/ },
  });
}

if (existsSync('/proc/self/smaps_rollup')) {
  describe('where the system tells', () => {
    test('the memory of a tree holds that of the children', async () => {
      const { pid } = await family();

      expect(await memoryOfTree(pid)).toBeGreaterThan(120);
    });

    test('the peak outlives the process that made it', async () => {
      const memory = samplePeakMemory(process.pid, 0.05);
      const before = (await memoryOfTree(process.pid)) ?? Number.NaN;
      const running = await family();
      await new Promise((resolve) => setTimeout(resolve, 300));
      await running.stop();

      expect(await memory.stop()).toBeGreaterThan(before + 100);
    });
  });
}

test('the memory of a process that does not exist is unknown', async () => {
  expect(await memoryOfTree(2 ** 31 - 2)).toBeUndefined();
});
