import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { projectRoot } from '../../local/stack/project-root.ts';

const textOf = (file: string) => readFileSync(path.join(projectRoot, file), 'utf8');

/** The first cells of a page's tables, without their headings. */
function wordsOf(markdown: string): readonly string[] {
  const cells = [...markdown.matchAll(/^\| ([^|]+?) \|/gm)].flatMap(([, cell]) => cell ?? []);
  return cells.filter((cell) => cell !== 'word' && cell !== '英文');
}

/** The commands of a page, block by block. */
const blocksOf = (markdown: string) => [...markdown.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, block]) => block);

test('the index names every page', () => {
  const index = textOf('docs/README.md');
  const pages = readdirSync(path.join(projectRoot, 'docs')).filter(
    (file) => file.endsWith('.md') && file !== 'README.md',
  );

  expect(pages.length).toBeGreaterThan(30);
  expect(pages.filter((file) => !index.includes(`](${file})`))).toEqual([]);
});

describe('the pages in Traditional Chinese', () => {
  test('have the words of the glossary, in its order', () => {
    const words = wordsOf(textOf('docs/glossary.md'));

    expect(words.length).toBeGreaterThan(40);
    expect(wordsOf(textOf('docs/zh-TW/glossary.md'))).toEqual(words);
  });

  test('have the commands of the README, letter by letter', () => {
    const readme = blocksOf(textOf('README.md'));
    const blocks = blocksOf(textOf('docs/zh-TW/quickstart.md'));

    expect(blocks).toHaveLength(3);
    expect(blocks.filter((block) => !readme.includes(block))).toEqual([]);
  });
});
