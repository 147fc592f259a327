import { describe, expect, test } from '@jest/globals';
import { parseRelease } from '../../lib/releases/parse-release.ts';
import { formatFinding } from '../../lib/specification/finding.ts';

const head = 'release: checkout\nmembers:\n';

/** Lines that `lint` would print. */
function found(text: string): readonly string[] {
  const parsed = parseRelease(text, 'r.yml');
  return parsed.ok ? [] : parsed.findings.map((finding) => formatFinding(finding));
}

describe('a release', () => {
  test('is read with its defaults', () => {
    expect(
      parseRelease(`${head}  - service: api\n    image: 412-9f8d111\n  - service: web\n    after: [api]\n`, 'r'),
    ).toEqual({
      ok: true,
      release: {
        release: 'checkout',
        members: [
          { service: 'api', image: '412-9f8d111', after: [], needs: {} },
          { service: 'web', after: ['api'], needs: {} },
        ],
        onFailure: 'rollBackAll',
      },
    });
  });

  test.each([
    [
      'a member in `after` that there is not',
      `${head}  - service: api\n  - service: web\n    after: [apo]\n`,
      ['r.yml:5:13: "apo" is no member of this release (did you mean api?), expected one of api, web'],
    ],
    [
      'a member that is there twice',
      `${head}  - service: api\n  - service: api\n`,
      ['r.yml:4:14: "api" is a member already, expected each service once'],
    ],
    [
      'a need of what is no member',
      `${head}  - service: web\n    needs: { billing: '>= 4' }\n`,
      ['r.yml:4:23: "billing" is no member of this release, expected one of web'],
    ],
    [
      'a member that waits for itself, by order and by need',
      `${head}  - service: web\n    after: [web]\n    needs: { web: '>= 4' }\n`,
      [
        'r.yml:4:13: "web" waits for itself, expected another member',
        'r.yml:5:19: "web" waits for itself, expected another member',
      ],
    ],
    [
      'a name that is written twice in `after`',
      `${head}  - service: api\n  - service: web\n    after: [api, api]\n`,
      ['r.yml:5:18: "api" is written twice, expected each member once'],
    ],
    [
      'a circle',
      `${head}  - service: a\n    after: [c]\n  - service: b\n    after: [a]\n  - service: c\n    after: [b]\n`,
      [
        'r.yml:3:14: the members wait for each other (a waits for c, c waits for b, b waits for a), expected an order without a circle',
      ],
    ],
    [
      'a circle through a need',
      `${head}  - service: a\n    needs: { b: '>= 1' }\n  - service: b\n    after: [a]\n`,
      [
        'r.yml:3:14: the members wait for each other (a waits for b, b waits for a), expected an order without a circle',
      ],
    ],
    [
      'a need that is none',
      `${head}  - service: a\n  - service: b\n    needs: { a: newest }\n`,
      ['r.yml:5:17: "newest" is no need, expected versions such as >= 412, or >= 1.4, < 2'],
    ],
    [
      'an unknown key and a way that there is not',
      `${head}  - service: a\n    befor: [b]\nonFailure: panic\n`,
      [
        'r.yml:4:5: unknown key "befor" in members[0], expected one of service, image, after, needs',
        'r.yml:5:12: onFailure is "panic", expected rollBackAll, stop or continue',
      ],
    ],
    ['no members', 'release: checkout\nmembers: []\n', ['r.yml:2:10: members is a list, expected at least one member']],
    ['nothing', '', ['r.yml:1:1: the file is empty, expected a map with the fields of a release']],
  ])('%s is named with its place', (_, text, lines) => {
    expect(found(text)).toEqual(lines);
  });

  test('names every wrong member at once', () => {
    const text = `${head}  - service: a\n    after: [x, y]\n  - service: a\n    needs: { z: '>= 1' }\n`;

    expect(found(text).map((line) => line.replace(/,.*/, ''))).toEqual([
      'r.yml:4:13: "x" is no member of this release',
      'r.yml:4:16: "y" is no member of this release',
      'r.yml:5:14: "a" is a member already',
      'r.yml:6:17: "z" is no member of this release',
    ]);
  });

  test('takes up to 20 members', () => {
    const of = (count: number) =>
      `${head}${Array.from({ length: count }, (_, index) => `  - service: s${index}\n`).join('')}`;

    expect(found(of(20))).toEqual([]);
    expect(found(of(21))).toEqual(['r.yml:3:3: members is a list, expected at most 20 members']);
  });
});
