import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { IllegalTransition } from '../../lib/rollout/rule-book.ts';
import { evolve, openedState, type RolloutState } from '../../lib/rollout/state.ts';
import { needsApproval } from '../../lib/rollout/rollout-facts.ts';
import { approvals as approvalsOfSpec } from '../../lib/specification/approvals.ts';
import { openedEvent } from '../contract/opened-event.ts';
import { modelSpec } from '../model/model-world.ts';
import { at, samples } from './sample-events.ts';

const roles = ['tech-lead', 'product-manager', 'qa', 'on-call'];
const person = fc.record({
  name: fc.constantFrom('Ana', 'Ben', 'Cleo', 'Dan', 'Eve', 'Fay'),
  roles: fc.uniqueArray(fc.constantFrom(...roles), { minLength: 1 }),
  mail: fc.constant('person@example.com'),
});
/** Every setting of approvals that a spec takes. */
const approvals = fc
  .record({
    people: fc.uniqueArray(person, { selector: ({ name }) => name, maxLength: 6 }),
    required: fc.uniqueArray(fc.constantFrom(...roles)),
    identity: fc.constantFrom('link', 'verified'),
  })
  .filter((setting) => approvalsOfSpec.safeParse(setting).success);
const mark = fc.constantFrom(
  { to: 'kept', reason: 'customers complain', of: 'web-1' } as const,
  { to: 'version', reason: 'customers complain', of: 'web-1' } as const,
  // As records of before have it.
  { to: 'version', reason: 'customers complain' } as const,
);

test('whatever a spec asks of people, and whatever happens, a rollback never waits for approval', () => {
  fc.assert(
    fc.property(
      approvals,
      mark,
      fc.array(fc.constantFrom(...Object.values(samples)), { maxLength: 30 }),
      (set, rollback, events) => {
        let state: RolloutState = openedState(
          'web-1',
          at,
          openedEvent({ spec: modelSpec({ approvals: set }), rollback }),
        );
        for (const event of [...events, samples.PreChecksPassed, ...events]) {
          expect(needsApproval(state)).toBe(false);
          try {
            state = evolve(state, event, at);
          } catch (error) {
            if (!(error instanceof IllegalTransition)) throw error;
          }
          expect(state.phase).not.toBe('awaitingApproval');
        }
      },
    ),
  );
});

test('the same rollout without a rollback waits wherever somebody is asked for a role', () => {
  fc.assert(
    fc.property(approvals, (set) => {
      const state = openedState('web-1', at, openedEvent({ spec: modelSpec({ approvals: set }) }));
      const asksSomebody = set.people.length > 0 && set.required.length > 0;

      expect(evolve(state, samples.PreChecksPassed, at).phase).toBe(asksSomebody ? 'awaitingApproval' : 'provisioning');
    }),
  );
});
