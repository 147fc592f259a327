import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkOrder } from '../../lib/releases/check-order.ts';
import {
  backBefore,
  cycleIn,
  followersOf,
  type Ordered,
  predecessorsOf,
  returnOrder,
} from '../../lib/releases/order.ts';
import { releasePlan } from '../../lib/releases/release-plan.ts';

const names = Array.from({ length: 7 }, (_, index) => `s${index}`);

/** Members with edges to any other ones. */
const anyMembers = fc
  .array(fc.record({ after: fc.subarray(names), needs: fc.subarray(names) }), { minLength: 1, maxLength: names.length })
  .map((edges) =>
    edges.map(({ after, needs }, index): Ordered => {
      const others = (list: readonly string[]) =>
        list.filter((name) => name !== names[index] && names.indexOf(name) < edges.length);
      const needed = others(needs).map((name) => [name, '>= 1'] as const);
      return { service: names[index] ?? '', after: others(after), needs: Object.fromEntries(needed) };
    }),
  );

const ordered = anyMembers.filter((members) => cycleIn(members) === undefined);

/** Members that can be taken away one after the other, each after those that it waits for: all, unless there is a circle. */
function takenAway(members: readonly Ordered[]): number {
  const gone = new Set<string>();
  for (let before = -1; before < gone.size;) {
    before = gone.size;
    for (const member of members) if (predecessorsOf(member).every((name) => gone.has(name))) gone.add(member.service);
  }
  return gone.size;
}

describe('the order of members', () => {
  test('a circle is found exactly where not every member can begin, and each of it waits for the next', () => {
    fc.assert(
      fc.property(anyMembers, (members) => {
        const circle = cycleIn(members);
        expect(circle === undefined).toBe(takenAway(members) === members.length);
        expect(checkOrder(members)).toHaveLength(circle === undefined ? 0 : 1);
        circle?.forEach((name, at) => {
          const member = members.find(({ service }) => service === name);
          const next = circle[(at + 1) % circle.length];
          expect(member === undefined ? [] : predecessorsOf(member)).toContain(next);
        });
      }),
    );
  });

  test('each member is planned to begin when the last one that it waits for ends, and the longest way is as long as all', () => {
    fc.assert(
      fc.property(ordered, fc.array(fc.nat(100), { minLength: 7, maxLength: 7 }), (members, lengths) => {
        const secondsOf = (service: string) => lengths[names.indexOf(service)] ?? 0;
        const plan = releasePlan(members, secondsOf);
        const ends = new Map(plan.members.map((one) => [one.service, one.endsAtSeconds]));
        for (const member of members) {
          const own = plan.members.find(({ service }) => service === member.service);
          const begins = Math.max(0, ...predecessorsOf(member).map((name) => ends.get(name) ?? Number.NaN));
          expect(own).toMatchObject({ startsAtSeconds: begins, endsAtSeconds: begins + secondsOf(member.service) });
        }
        expect(plan.seconds).toBe(Math.max(...ends.values()));
        expect(plan.longestWay.reduce((sum, name) => sum + secondsOf(name), 0)).toBe(plan.seconds);
      }),
    );
  });

  test('during a rollback each member comes once, and after every member that needs it', () => {
    fc.assert(
      fc.property(ordered, (members) => {
        const groups = returnOrder(members);
        const place = new Map(groups.flatMap((group, index) => group.map((name) => [name, index] as const)));
        expect(groups.flat().toSorted()).toEqual(members.map(({ service }) => service).toSorted());
        for (const { service } of members) {
          for (const other of backBefore(members, service)) {
            expect(place.get(other) ?? Number.NaN).toBeLessThan(place.get(service) ?? Number.NaN);
          }
        }
      }),
    );
  });

  test('those that wait for a member are those that could not begin without it', () => {
    fc.assert(
      fc.property(ordered, fc.nat(6), (members, index) => {
        const name = names[index % members.length] ?? '';
        const followers = followersOf(members, name);
        const rest = members.filter(({ service }) => service !== name && !followers.has(service));
        expect(takenAway(rest)).toBe(rest.length);
        for (const service of followers) {
          const without = members.filter((member) => member.service === service || !followers.has(member.service));
          expect(takenAway(without.filter((member) => member.service !== name))).toBeLessThan(without.length);
        }
      }),
    );
  });
});
