import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { projectRoot } from '../../local/stack/project-root.ts';
import { verbs } from '../../lib/cli/verbs.ts';

const packageFile = z.object({ scripts: z.record(z.string(), z.string()) });
const textOf = (file: string) => readFileSync(path.join(projectRoot, file), 'utf8');
const readme = textOf('README.md');
const head = readme.split('\n').slice(0, 60).join('\n');

describe('the README', () => {
  test('has fewer than 200 lines', () => {
    expect(readme.split('\n').length).toBeLessThan(200);
  });

  test('answers in its first 60 lines what it is, for whom not, what it costs, and how to start', () => {
    const headings = [...head.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);

    expect(headings.slice(0, 3)).toEqual(['Who should use it, and who should not', 'What it costs', 'Start']);
    expect(head).toContain('It is not for:');
    expect(head).toContain('\nnpm run demo\n');
  });

  test('says what docs/cost.md says: idle, with the dashboard, and of a rollout', () => {
    const cost = textOf('docs/cost.md');
    const [, idle] = /\| in all, without the dashboard \|[^$]*(\$[\d.]+) \|/.exec(cost) ?? [];
    const [, dashboard] = /\| dashboard \| 1 \| (\$[\d.]+) \|/.exec(cost) ?? [];
    const [, rollout] = /cost about (\$[\d.]+\d)/.exec(cost) ?? [];

    expect([idle, dashboard, rollout]).toEqual(Array.from({ length: 3 }, () => expect.stringMatching(/^\$\d/)));
    expect(head).toContain(`- Idle: ${idle ?? ''} a month`);
    expect(head).toContain(`${dashboard ?? ''} more with its dashboard`);
    expect(head).toContain(`- Per rollout: about ${rollout ?? ''} for the pipeline`);
  });

  test('names only commands that there are', () => {
    const known = new Set(verbs.map(({ name }) => name));
    const named = [...readme.matchAll(/npx --no(?: --)? sluice ([a-z]+)/g)].flatMap(([, verb]) => verb ?? []);
    const { scripts } = packageFile.parse(JSON.parse(textOf('package.json')));
    const runs = [...readme.matchAll(/npm run ([\w:]+)/g)].flatMap(([, script]) => script ?? []);

    // `push` is a command of the local stack.
    expect(named.filter((verb) => verb !== 'push' && !known.has(verb))).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
    expect(runs.filter((script) => !(script in scripts))).toEqual([]);
  });
});

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const anchors = [...markdown.matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) => {
    const name = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name}-${before}`;
  });
  return new Set(anchors);
}

const pages = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(path.join(projectRoot, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

describe('the links of the documentation', () => {
  test.each(pages)('%s leads to files and headings that there are', (page) => {
    const text = textOf(page).replaceAll(/```[\s\S]*?```/g, '');
    const broken = [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].flatMap(([, link = '']) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
      if (!existsSync(path.join(projectRoot, target))) return [link];
      return anchor === undefined || !target.endsWith('.md') || anchorsOf(textOf(target)).has(anchor) ? [] : [link];
    });

    expect(broken).toEqual([]);
  });
});
