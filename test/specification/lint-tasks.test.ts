import { describe, expect, test } from '@jest/globals';
import { personInSlack } from '../../lib/specification/asked-people.ts';
import { lintTasks } from '../../lib/specification/lint-tasks.ts';
import { modelSpec } from '../model/model-world.ts';

const ana = { name: 'Ana', roles: ['qa'] };
const [migrate, seed] = [
  { name: 'migrate', command: ['npm', 'run', 'migrate'], compatible: false },
  { name: 'seed', command: ['npm', 'run', 'seed'], compatible: true },
];
/** The doubts about a spec with these tasks and approvals, as place and severity. */
function doubts(before: readonly object[], approvals: object) {
  const spec = modelSpec({ before, approvals });
  return lintTasks(spec).map(({ path, severity, message }) => [path.join('.'), severity, message] as const);
}

describe('tasks before a rollout', () => {
  test('whose rollback is not safe need somebody to approve, and people who decide', () => {
    expect(doubts([seed, migrate], {})).toEqual([
      ['before.0', 'warning', expect.stringContaining('the task "seed" ended, people decide, but')],
      ['before.1.compatible', 'error', expect.stringContaining('after the task "migrate" the rollback is not safe')],
    ]);
  });

  test('are fine where people approve', () => {
    expect(doubts([seed, migrate], { people: [ana, { name: 'Ben', roles: ['qa'] }], required: ['qa'] })).toEqual([]);
    expect(lintTasks(modelSpec())).toEqual([]);
  });

  test('that are safe to go back after need people alone', () => {
    expect(doubts([seed], { people: [ana], required: [] })).toEqual([]);
    expect(doubts([migrate], { people: [ana], required: [] })).toMatchObject([['before.0.compatible', 'error', {}]]);
  });
});

describe('the person of an id in Slack', () => {
  const people = [
    { ...ana, slack: 'U1', slackTeam: 'T1' },
    { name: 'Ben', roles: [], slack: 'U2' },
  ];

  test.each([
    ['U1', 'T1', 'Ana'],
    ['U1', 'T2', undefined],
    ['U1', undefined, undefined],
    ['U2', 'T9', 'Ben'],
    ['U2', undefined, 'Ben'],
    ['U3', 'T1', undefined],
  ])('%s of workspace %s is %s', (member, team, name) => {
    expect(personInSlack({ people }, member, team)?.name).toBe(name);
  });
});
