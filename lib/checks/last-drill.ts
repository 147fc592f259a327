import { lastRehearsal, type Rehearsal, rolloutsLookedThrough } from '../view/last-rehearsal.ts';
import type { Check } from './check.ts';

const dayMilliseconds = 86_400_000;

/** A rollback that nobody has run for months is one that nobody knows to work. */
export const lastDrill: Check = {
  name: 'last-drill',
  expected: 'a drill of the rollback that passed, or a rollback that put traffic back, within `days`',
  page: {
    asks: 'Was a rollback rehearsed, or run, lately?',
    reads: 'the newest rollouts of the service in the record: drills, and rollbacks of rollouts that had traffic',
    rights: ['dynamodb:Query', 'dynamodb:GetItem'],
    fails: 'the newest of them is older than `days`, did not pass (a person had to close a rollback), or there is none',
    fix: 'run `sluice drill rollback <service>` where the spec allows it, and see `sluice drill last <service>`',
    answers: 'Rollback rehearsed or proven possible',
  },
  ahead: ({ service }, { store }) => lastRehearsal(service, store),
  async observe({ spec, service, drill }, { store, now }) {
    const days = spec.checks?.['last-drill']?.days;
    if (days === undefined) return { passed: true, skipped: true, saw: 'the spec asks for no drill' };
    // Otherwise no drill could begin where none was for long.
    if (drill !== undefined) return { passed: true, skipped: true, saw: 'this rollout is the drill' };
    const found = await lastRehearsal(service, store);
    if (found === undefined) {
      const saw = `none of the newest ${String(rolloutsLookedThrough)} rollouts is a drill, or was rolled back with traffic`;
      return { passed: false, saw };
    }
    const age = now().getTime() - Date.parse(found.endedAt);
    return { passed: found.passed && age <= days * dayMilliseconds, saw: seen(found, age) };
  },
};

function seen({ kind, rolloutId, endedAt, passed, acceptedMilliseconds }: Rehearsal, age: number): string {
  const how = passed ? 'passed' : 'did NOT pass';
  const what =
    kind === 'drill' ? `drill ${rolloutId}, which ${how}` : `rollback ${rolloutId}${passed ? '' : `, which ${how}`}`;
  const clock = acceptedMilliseconds === undefined ? '' : `, traffic back after ${String(acceptedMilliseconds)} ms`;
  return `${what}, ended ${endedAt}, ${String(Math.floor(age / dayMilliseconds))} days ago${clock}`;
}
