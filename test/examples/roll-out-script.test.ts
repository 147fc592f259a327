import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const script = fileURLToPath(new URL('../../examples/ci/github/actions/roll-out/roll-out.sh', import.meta.url));

/** A command line that notes how it was called and answers as a test says: `list` with rollouts, `status` and `start` with a code. */
const fake = `
const { appendFileSync, existsSync, readFileSync } = require('fs');
const { folder, list, code } = JSON.parse(process.env.FAKE);
const [verb, ...rest] = process.argv.slice(2);
appendFileSync(folder + '/calls', [verb, ...rest].join(' ') + '\\n');
const started = readFileSync(folder + '/calls', 'utf8').split('\\n').some((line) => line.startsWith('start '));
if (verb === 'list') console.log(JSON.stringify(started ? [{ rolloutId: 'web-started', image: '7-abcdef0', openedAt: '2026-03-02T10:00:00Z' }, ...list] : list));
if (verb === 'report') console.log('# report of ' + rest[0]);
if (verb === 'status' || verb === 'start') process.exit(code);
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sluice-ci-'));
  writeFileSync(path.join(folder, 'fake.cjs'), fake);
  writeFileSync(path.join(folder, 'calls'), '');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Given {
  readonly list?: readonly { readonly rolloutId: string; readonly image: string; readonly openedAt: string }[];
  readonly code?: number;
  readonly env?: Readonly<Record<string, string>>;
}

function run({ list = [], code = 0, env = {} }: Given) {
  const summary = path.join(folder, 'summary');
  const { status } = spawnSync('bash', [script], {
    encoding: 'utf8',
    env: {
      PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      ...{ SERVICE: 'web', IMAGE: '7-abcdef0', SECONDS_FOR_PUSH: '0', SUMMARY: summary },
      SLUICE: `node ${path.join(folder, 'fake.cjs')}`,
      FAKE: JSON.stringify({ folder, list, code }),
      ...env,
    },
  });
  const calls = readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n');
  return { status, calls, summary: () => readFileSync(summary, 'utf8') };
}

const ours = { rolloutId: 'web-ours', image: '7-abcdef0', openedAt: '2026-03-01T10:00:05.000Z' };
const others = { rolloutId: 'web-others', image: '6-1234567', openedAt: '2026-03-01T10:00:06.000Z' };

describe('the script of the pipelines', () => {
  test('follows the rollout that the push started, and adds its report to the summary', () => {
    const { status, calls, summary } = run({ list: [others, ours] });

    expect(status).toBe(0);
    expect(calls).toEqual([
      'list web --limit 10 --json --stage production',
      'status web-ours --wait --timeout 5h --stage production',
      'report web-ours --stage production',
    ]);
    expect(summary()).toBe('# report of web-ours\n');
  });

  test('fails where the rollout was rolled back, with the report all the same', () => {
    const { status, summary } = run({ list: [ours], code: 1 });

    expect(status).toBe(1);
    expect(summary()).toBe('# report of web-ours\n');
  });

  test('starts the rollout where no event of the push was seen', () => {
    const { status, calls, summary } = run({ list: [others], env: { REQUESTER: 'ada lovelace', REASON: 'build 7' } });

    expect(status).toBe(0);
    expect(calls.slice(1, 2)).toEqual([
      'start web --image 7-abcdef0 --as ada lovelace --reason build 7 --wait --timeout 5h --stage production',
    ]);
    expect(summary()).toBe('# report of web-started\n');
  });

  test('does not take an earlier rollout of the same image for its own', () => {
    const { calls } = run({ list: [ours], env: { BEGAN: '2026-03-01T10:00:06Z' } });

    expect(calls[1]).toContain('start web --image 7-abcdef0');
  });

  test('starts by command where it is told so, and looks for no other', () => {
    const { status, calls } = run({
      list: [ours],
      code: 1,
      env: { START: 'command', STAGE: 'staging', TIMEOUT: '2h' },
    });

    expect(status).toBe(1);
    expect(calls[0]).toBe('start web --image 7-abcdef0 --wait --timeout 2h --stage staging');
  });

  test('needs a service and an image', () => {
    expect(run({ env: { IMAGE: '' } })).toMatchObject({ status: 1, calls: [''] });
  });
});
