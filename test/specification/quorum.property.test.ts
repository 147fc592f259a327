import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { quorumOf, type RoleHolder, wouldFill } from '../../lib/specification/quorum.ts';

const role = fc.constantFrom('tech-lead', 'product-manager', 'qa', 'security');
const required = fc.uniqueArray(role, { minLength: 1 });
const people = fc
  .array(fc.uniqueArray(role, { minLength: 1 }), { maxLength: 6 })
  .map((all): RoleHolder[] => all.map((roles, index) => ({ name: `person-${index}`, roles })));

/** The most roles that can be filled, by trying every way. */
function mostFilled(roles: readonly string[], all: readonly RoleHolder[]): number {
  const [first, ...rest] = roles;
  if (first === undefined) return 0;
  const without = mostFilled(rest, all);
  const withOne = all
    .filter((person) => person.roles.includes(first))
    .map(
      (person) =>
        1 +
        mostFilled(
          rest,
          all.filter((other) => other !== person),
        ),
    );
  return Math.max(without, ...withOne);
}

describe('quorumOf', () => {
  test('fills as many roles as people allow, each by one who has it, nobody twice', () => {
    fc.assert(
      fc.property(required, people, (roles, all) => {
        const { filled, open } = quorumOf(roles, all);

        for (const [filledRole, name] of filled) {
          expect(all.find((person) => person.name === name)?.roles).toContain(filledRole);
        }
        expect(new Set(filled.values()).size).toBe(filled.size);
        expect([...filled.keys(), ...open].sort()).toEqual([...roles].sort());
        expect(filled.size).toBe(mostFilled(roles, all));
      }),
    );
  });

  test('the order of the approvals plays no part', () => {
    fc.assert(
      fc.property(required, people, (roles, all) => {
        expect(quorumOf(roles, [...all].reverse()).filled.size).toBe(quorumOf(roles, all).filled.size);
      }),
    );
  });

  test('who came first makes room where they have another role', () => {
    const both = { name: 'Dan', roles: ['qa', 'tech-lead'] };
    const one = { name: 'Cleo', roles: ['qa'] };

    expect(quorumOf(['qa', 'tech-lead'], [both, one])).toMatchObject({
      filled: new Map([
        ['qa', 'Cleo'],
        ['tech-lead', 'Dan'],
      ]),
      open: [],
    });
  });

  test('one person with every role fills one of them', () => {
    const everything = { name: 'Eve', roles: ['qa', 'tech-lead', 'product-manager'] };

    expect(quorumOf(['qa', 'tech-lead', 'product-manager'], [everything]).filled.size).toBe(1);
    expect(wouldFill(['qa', 'tech-lead'], [everything], { ...everything, name: 'Eve again' })).toBe(true);
    expect(wouldFill(['qa'], [everything], { name: 'Cleo', roles: ['qa'] })).toBe(false);
  });
});
