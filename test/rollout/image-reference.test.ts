import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ImageReference, parseImageReference } from '../../lib/rollout/image-reference.ts';
import { digestOf } from '../model/model-world.ts';

const digest = digestOf('b');
const nothing: ImageReference = { registry: undefined, repository: undefined, tag: undefined, digest: undefined };

describe('parseImageReference', () => {
  test.each<[string, Partial<ImageReference>]>([
    ['412-9f8d111', { tag: '412-9f8d111' }],
    ['latest', { tag: 'latest' }],
    [digest, { digest }],
    ['shop/web:412-9f8d111', { repository: 'shop/web', tag: '412-9f8d111' }],
    ['web:1', { repository: 'web', tag: '1' }],
    [`shop/web@${digest}`, { repository: 'shop/web', digest }],
    [`shop/web:412@${digest}`, { repository: 'shop/web', tag: '412', digest }],
    [
      `111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web@${digest}`,
      { registry: '111122223333.dkr.ecr.eu-west-1.amazonaws.com', repository: 'shop/web', digest },
    ],
    ['localhost:5000/shop/web:1', { registry: 'localhost:5000', repository: 'shop/web', tag: '1' }],
    ['localhost/web:1', { registry: 'localhost', repository: 'web', tag: '1' }],
  ])('reads %s', (text, expected) => {
    expect(parseImageReference(text)).toEqual({ ...nothing, ...expected });
  });

  test.each([
    [''],
    [' '],
    ['no image at all'],
    ['shop/web'],
    ['shop/web:'],
    ['shop/web@sha256:abc'],
    [`shop/web@${digest}x`],
    [`shop/web@${digest.toUpperCase()}`],
    ['Shop/Web:1'],
    ['/web:1'],
    ['shop//web:1'],
    ['shop/web:a b'],
    ['https://registry.test/web:1'],
    [`web:${'1'.repeat(129)}`],
    ['web:1\n'],
    ['registry.test:port/web:1'],
    ['../../etc/passwd:1'],
  ])('reads nothing from %j', (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });

  const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  const separated = fc
    .tuple(word, fc.array(fc.tuple(fc.constantFrom('.', '_', '-'), word), { maxLength: 2 }))
    .map(([first, rest]) => first + rest.flat().join(''));
  // A repository whose first part has a dot cannot be told from a registry.
  const repository = fc
    .tuple(word, fc.array(separated, { maxLength: 3 }))
    .filter(([first]) => first !== 'localhost')
    .map(([first, rest]) => [first, ...rest].join('/'));
  const registry = fc.oneof(
    fc.constant('111122223333.dkr.ecr.eu-west-1.amazonaws.com'),
    fc.constant('localhost'),
    fc.tuple(word, fc.integer({ min: 1, max: 65_535 })).map(([host, port]) => `${host}:${port}`),
  );
  const named = fc
    .record({
      registry: fc.option(registry, { nil: undefined }),
      repository,
      tag: fc.option(fc.stringMatching(/^\w[\w.-]{0,127}$/), { nil: undefined }),
      digest: fc.option(fc.constantFrom(digest, digestOf('0')), { nil: undefined }),
    })
    .filter((one) => one.tag !== undefined || one.digest !== undefined);

  test('reads back whatever was put together', () => {
    fc.assert(
      fc.property(named, (parts) => {
        const text = `${parts.registry === undefined ? '' : `${parts.registry}/`}${parts.repository}${parts.tag === undefined ? '' : `:${parts.tag}`}${parts.digest === undefined ? '' : `@${parts.digest}`}`;

        expect(parseImageReference(text)).toEqual(parts);
      }),
      { numRuns: 1000 },
    );
  });

  test('never throws, and never makes up a part that is not in the text', () => {
    const pieces = fc.constantFrom('a', ':', '/', '@', 'sha256:', digest, '.', '-', 'localhost', ' ', '\n', '\0', 'ü');
    const garbage = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.array(pieces, { maxLength: 12 }).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(garbage, (text) => {
        const parts = Object.values(parseImageReference(text) ?? {}).filter((part) => part !== undefined);

        for (const part of parts) expect(text).toContain(part);
      }),
      { numRuns: 2000 },
    );
  });

  test('takes no longer for a long text than to read it', () => {
    // Processor time for as many characters, the least of several runs: what else the machine does is not in it.
    const costOf = (length: number, times: number) => {
      const texts = ['a/', 'a-', 'a.', '@', ':', 'a'].map((piece) => `${piece.repeat(length / piece.length)}!`);
      const runs = Array.from({ length: 9 }, () => {
        const before = process.cpuUsage();
        for (let time = 0; time < times; time += 1) texts.forEach((text) => parseImageReference(text));
        const { user, system } = process.cpuUsage(before);
        return user + system;
      });
      return Math.max(1, Math.min(...runs));
    };
    costOf(8000, 16);

    // About the same where each text is read once; eight times as long where the rest is read again at each character.
    expect(costOf(8000, 16) / costOf(1000, 128)).toBeLessThan(4);
  });
});
