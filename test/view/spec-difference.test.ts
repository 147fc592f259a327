import { describe, expect, test } from '@jest/globals';
import { changeLine, specDifference } from '../../lib/view/spec-difference.ts';
import { FakeCli, webSpec } from '../cli/cli-harness.ts';

const spec = webSpec();

describe('the difference of two versions of a spec', () => {
  test('is empty where they say the same', () => {
    expect(specDifference(spec, structuredClone(spec))).toEqual([]);
  });

  test('names what changed, came and went, gates by their names', () => {
    const [first, ...others] = spec.gates;
    if (first === undefined) throw new Error('The example has no gate.');
    const after = {
      ...spec,
      gates: [...others, { ...first, abort: 0.2 }],
      steps: spec.steps.slice(0, -1),
      requests: undefined,
    };
    const last = spec.steps.length - 1;

    expect(specDifference(spec, after).map(changeLine)).toEqual([
      `~ gates[${first.name}].abort: ${first.abort} → 0.2`,
      `- steps[${last}].weight: 100`,
      `- steps[${last}].bake: ${spec.steps[last]?.bake ?? 0}`,
    ]);
  });
});

describe('sluice history --diff', () => {
  async function twoVersions(): Promise<FakeCli> {
    const cli = new FakeCli();
    await cli.store.putSpec(spec, 'ada', '2026-03-01T09:00:00.000Z');
    await cli.store.putSpec({ ...spec, minimumRequests: 77 }, 'ben', '2026-03-01T09:30:00.000Z');
    return cli;
  }

  test('shows what the newest version changed', async () => {
    const { code, out } = await (await twoVersions()).run('history web --diff');

    expect({ code, out }).toEqual({
      code: 0,
      out: [
        'version 1 → 2 of web, applied by ben at 2026-03-01 09:30:00 +00:00 (durations in seconds, shares as 0..1)',
        `~ minimumRequests: ${spec.minimumRequests} → 77`,
      ],
    });
  });

  test('shows what one version changed, and says where there is none before it', async () => {
    const cli = await twoVersions();

    expect((await cli.run('history web --show 2 --diff')).out).toHaveLength(2);
    expect(await cli.run('history web --show 1 --diff')).toEqual({
      code: 1,
      out: [],
      err: ['error: Version 1 of web is the first one: there is nothing to compare it with.'],
    });
  });

  test('prints the changes as JSON', async () => {
    const { out } = await (await twoVersions()).run('history web --diff --json');

    expect(JSON.parse(out.join(''))).toEqual([
      { path: 'minimumRequests', from: String(spec.minimumRequests), to: '77' },
    ]);
  });
});
