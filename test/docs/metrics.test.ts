import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { lintSpec } from '../../lib/specification/lint.ts';
import { minimalSpec } from '../specification/example-spec.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

describe('docs/metrics.md', () => {
  const specs = [...read('docs/metrics.md').matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, text = '']) => text);

  test('has two specs', () => {
    expect(specs).toHaveLength(2);
  });

  test.each(specs)('what it shows is a good spec: %#', (text) => {
    expect(lintSpec(`${minimalSpec}${text}`, 'web.yml')).toEqual([]);
  });
});

describe('what it takes to add a metric source, or a channel', () => {
  test.each(['metric source', 'channel'])('%s: at most five files, each where it is said to be', (what) => {
    const [, text = ''] = new RegExp(`## How to add a ${what}\n([^]*?)\n## `).exec(read('CONTRIBUTING.md')) ?? [];
    const files = [...text.matchAll(/^\d\. `([^`]+)`/gm)].map(([, file = '']) => file);

    expect(files.length).toBeGreaterThan(2);
    expect(files.length).toBeLessThanOrEqual(5);
    // As an example of what is to be written, that of one that is there.
    const example = what === 'channel' ? 'slack' : 'prometheus';
    expect(
      files
        .map((file) => file.replace(/<\w+>/, example))
        .filter((file) => !existsSync(new URL(`../../${file}`, import.meta.url))),
    ).toEqual([]);
  });
});
