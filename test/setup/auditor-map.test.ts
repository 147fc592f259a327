import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { projectRoot } from '../../local/stack/project-root.ts';
import { eventTypes } from '../rollout/sample-events.ts';

test('the map for auditors names only events that the record has', () => {
  const page = readFileSync(path.join(projectRoot, 'docs', 'security.md'), 'utf8');
  const map = page.slice(page.indexOf('## For an auditor'));
  const named = [...map.matchAll(/`([A-Z][A-Za-z]+)`/g)].map(([, name]) => name);
  const known = new Set<string | undefined>(eventTypes);

  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});
