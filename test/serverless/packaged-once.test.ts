import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sources } from '../../local/stack/build-folder.ts';
import { packagedOnce } from '../../local/stack/packaged-once.ts';

let root: string;
let made: number;

beforeEach(async () => {
  made = 0;
  root = await mkdtemp(path.join(tmpdir(), 'sluice-once-'));
  for (const source of [...sources, 'package-lock.json']) {
    if (source.includes('.')) await writeFile(path.join(root, source), source);
    else await mkdir(path.join(root, source));
  }
  await writeFile(path.join(root, 'lib', 'one.ts'), '1');
});

afterEach(() => rm(root, { recursive: true, force: true }));

/** What a packaging gives, where each run of it writes how many there were so far. */
async function packaged(stage: string, params: readonly string[] = []): Promise<string> {
  const output = await mkdtemp(path.join(root, 'output-'));
  await packagedOnce(output, { root, stage, params }, async (taken) => {
    made += 1;
    const folder = await mkdtemp(path.join(root, '.sluice-made-'));
    await writeFile(path.join(folder, 'template.json'), String(made));
    await taken(folder);
  });
  return readFile(path.join(output, 'template.json'), 'utf8');
}

test('the same content is packaged once', async () => {
  expect([await packaged('production'), await packaged('production')]).toEqual(['1', '1']);
});

test('another stage, other parameters, a changed, added or renamed file and another lock file are packaged anew', async () => {
  const file = (...names: string[]) => path.join(root, ...names);
  const given = [
    await packaged('production'),
    await packaged('staging'),
    await packaged('production', ['balancers=shop']),
    await writeFile(file('lib', 'one.ts'), '2').then(() => packaged('production')),
    await writeFile(file('lib', 'two.ts'), '').then(() => packaged('production')),
    await rm(file('lib', 'two.ts')).then(() =>
      writeFile(file('lib', 'three.ts'), '').then(() => packaged('production')),
    ),
    await writeFile(file('package-lock.json'), '{}').then(() => packaged('production')),
  ];
  expect(given).toEqual(['1', '2', '3', '4', '5', '6', '7']);
});

test('who writes into what was given changes nothing for the next one, and a failed packaging keeps nothing', async () => {
  const output = await mkdtemp(path.join(root, 'output-'));
  const packaging = { root, stage: 'production', params: [] };
  await expect(packagedOnce(output, packaging, () => Promise.reject(new Error('no plugin')))).rejects.toThrow(
    'no plugin',
  );
  expect(await packaged('production')).toBe('1');
  await packagedOnce(output, packaging, () => Promise.reject(new Error('asked again')));
  await writeFile(path.join(output, 'template.json'), 'changed');
  expect(await packaged('production')).toBe('1');
});

test('two at the same time get the same output', async () => {
  const [first, second] = await Promise.all([packaged('production'), packaged('production')]);
  expect(await packaged('production')).toMatch(/^[12]$/);
  expect(first).toBe(second);
});

test('no more than six are kept: the least recently used one goes', async () => {
  const stages = Array.from({ length: 7 }, (_, index) => `stage-${String(index)}`);
  for (const stage of stages) await packaged(stage);
  expect(await packaged('stage-6')).toBe('7');
  expect(await packaged('stage-0')).toBe('8');
});
