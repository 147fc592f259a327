/* eslint-disable jest/no-export -- one suite, run on every implementation of the ports */
import { describe, expect, test } from '@jest/globals';
import type { DecisionLink } from '../../lib/approval/links.ts';
import type { IssuedLinks, Mac } from '../../lib/ports/links.ts';

const link: DecisionLink = {
  rolloutId: 'web-1',
  step: -1,
  digest: `sha256:${'b'.repeat(64)}`,
  recipient: 'Ana Ünlü',
  point: 'approval',
  expiresAt: '2099-03-02T10:00:00.000Z',
};
const bytes = (text: string) => new TextEncoder().encode(text);

/** What every way of making codes must do. */
export function macContract(name: string, mac: () => Mac): void {
  describe(`${name} keep the contract`, () => {
    test('the same message has the same code of 32 bytes, another one another', async () => {
      const code = await mac().generate(bytes('one'));

      expect(code).toHaveLength(32);
      expect(Buffer.from(await mac().generate(bytes('one')))).toEqual(Buffer.from(code));
      expect(Buffer.from(await mac().generate(bytes('two')))).not.toEqual(Buffer.from(code));
    });

    test('a code is right for its message, and for nothing else', async () => {
      const code = await mac().generate(bytes('one'));
      const changed = Uint8Array.from(code, (byte, index) => (index === 31 ? byte ^ 1 : byte));

      expect(await mac().verify(bytes('one'), code)).toBe(true);
      expect(await mac().verify(bytes('one '), code)).toBe(false);
      expect(await mac().verify(bytes('one'), changed)).toBe(false);
    });
  });
}

/** What every store of links must do. */
export function linksContract(name: string, links: () => IssuedLinks): void {
  describe(`${name} keep the contract`, () => {
    test('finds what was kept, also where it was kept twice', async () => {
      await links().keep('hash-1', link);
      await links().keep('hash-1', link);

      expect(await links().find('hash-1')).toEqual(link);
    });

    test('finds nothing else', async () => {
      expect(await links().find('hash-2')).toBeUndefined();
    });
  });
}
