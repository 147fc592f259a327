import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CliFailure } from '../../lib/cli/cli-context.ts';
import { processContext } from '../../lib/cli/process-context.ts';

let folder: string;
const { writeFile: write } = processContext();

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-write-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('writing a file of the command line', () => {
  test('makes the folders above it, and takes nothing over that is there', async () => {
    const file = path.join(folder, 'rollouts/deep/web.yml');

    expect(await write(file, 'one', false)).toBe('written');
    expect(await write(file, 'two', false)).toBe('exists');
    expect(await readFile(file, 'utf8')).toBe('one');
    expect(await write(file, 'two', true)).toBe('written');
    expect(await readFile(file, 'utf8')).toBe('two');
  });

  test('does not follow a link to somewhere else', async () => {
    const [target, link] = [path.join(folder, 'target'), path.join(folder, 'link.yml')];
    await writeFile(target, 'theirs');
    await symlink(target, link);

    expect(await write(link, 'mine', false)).toBe('exists');
    expect(await readFile(target, 'utf8')).toBe('theirs');
  });

  test('into a folder, or below a file, is refused with what to do', async () => {
    await writeFile(path.join(folder, 'file'), '');

    await expect(write(folder, 'x', true)).rejects.toThrow(CliFailure);
    await expect(write(path.join(folder, 'file/web.yml'), 'x', true)).rejects.toThrow(
      'Name a file in a folder of yours',
    );
  });
});
