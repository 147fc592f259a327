import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { projectRoot } from '../../local/stack/project-root.ts';

const longest = 160;
const pages = [
  ...['CHANGELOG.md', 'CONTRIBUTING.md', 'README.md', 'SECURITY.md'],
  ...readdirSync(path.join(projectRoot, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Lines of prose that are too long, each with its number. A table's row is one line, and code is as it is run. */
function longLines(text: string): readonly string[] {
  let isCode = false;
  return text.split('\n').flatMap((line, index) => {
    if (/^\s*```/.test(line)) isCode = !isCode;
    const mayBeLong = isCode || /^\s*\|/.test(line);
    return mayBeLong || line.length <= longest ? [] : [`${String(index + 1)}: ${line.slice(0, 60)}`];
  });
}

describe('the lines of the documentation', () => {
  test.each(pages)(`of %s have at most ${String(longest)} characters`, (page) => {
    expect(longLines(readFileSync(path.join(projectRoot, page), 'utf8'))).toEqual([]);
  });

  test('are read: prose, not tables and code', () => {
    const line = 'a'.repeat(longest + 1);

    expect(longLines(`${line}\n| ${line} |\n\`\`\`\n${line}\n\`\`\`\n- ${line}`)).toHaveLength(2);
    expect(pages.length).toBeGreaterThan(60);
  });
});
