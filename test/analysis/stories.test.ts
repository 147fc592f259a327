import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { projectRoot } from '../../local/stack/project-root.ts';

const story = z.object({ file: z.string(), backAt: z.number().optional(), svg: z.string() });
const page = await readFile(path.join(projectRoot, 'docs/judge.md'), 'utf8');
const command = ['bench/analysis/main.ts', '--pictures', '--json'];
const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: projectRoot, maxBuffer: 10_000_000 });
const stories = z.array(story).parse(JSON.parse(stdout));

describe('pictures of docs/judge.md', () => {
  test('are rollouts as they are judged today', async () => {
    expect(stories).toHaveLength(4);
    for (const { file, svg } of stories) {
      expect(await readFile(path.join(projectRoot, `docs/${file}.svg`), 'utf8')).toBe(svg);
    }
  });

  test('end as the page says: good versions go through, the bad one goes back', () => {
    expect(Object.fromEntries(stories.map(({ file, backAt }) => [file, backAt]))).toEqual({
      'judge-good': undefined,
      'judge-bad': 21,
      'judge-outage': undefined,
      'judge-cold': undefined,
    });
    expect(page).toContain('green goes back in minute 21');
  });

  test('have a text for readers that see none', () => {
    for (const { file } of stories) expect(page).toMatch(new RegExp(`!\\[[^\\]]{30,}\\]\\(${file}\\.svg\\)`));
  });
});
