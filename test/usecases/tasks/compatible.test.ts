import { describe, expect, test } from '@jest/globals';
import { needsComment } from '../../../lib/approval/decision-actions.ts';
import { judgeApproval } from '../../../lib/approval/judge-approval.ts';
import { actionText } from '../../../lib/console/decision-text.ts';
import { definitionOf } from '../../../lib/rollout/events.ts';
import { lintSpec } from '../../../lib/specification/lint.ts';
import { awaitApproval } from '../../../lib/usecases/people/await-approval.ts';
import { modelSpec } from '../../model/model-world.ts';
import { minimalSpec } from '../../specification/example-spec.ts';
import { type Journey, journeyTo, people } from '../journey.ts';

const task = (compatible: boolean) => ({ name: 'drop-column', command: ['migrate'], compatible });
const unsafe = 'After task drop-column the old version does not work any more: the rollback is then not safe';

async function asking(compatible: boolean): Promise<Journey> {
  const spec = modelSpec({ approvals: { people, required: ['qa'] }, before: [task(compatible)] });
  const journey = await journeyTo('checked', { spec });
  await awaitApproval({ ...journey.owned, taskToken: 'token-1' }, journey.world);
  return journey;
}

describe('a task that the old version does not work after', () => {
  test('is approved with a comment alone, and the record has what was said of the rollback', async () => {
    const { state } = await (await asking(false)).stored();
    const cleo = state.spec.approvals.people.find(({ name }) => name === 'Cleo');
    if (cleo === undefined) throw new Error('there is no Cleo');
    const now = new Date(state.openedAt);

    const silent = judgeApproval(state, cleo, 'approve', { how: 'link' }, now);
    expect(silent).toEqual({
      outcome: 'refused',
      reason: expect.stringContaining(`${unsafe}. Approving needs a comment`),
    });
    const said = judgeApproval(state, cleo, 'approve', { how: 'link', reason: 'backup is made' }, now);
    expect(said).toMatchObject({
      outcome: 'counts',
      events: [{ type: 'Approved', unsafe }, { type: 'ApprovalGranted' }],
    });
    expect(needsComment('approve', state)).toBe(true);
    expect(actionText('approve', state, cleo).does).toContain(unsafe);
  });

  test('is named where people are asked', async () => {
    const journey = await asking(false);
    const [event] = await journey.events('ApprovalRequested');
    if (event === undefined) throw new Error('nobody was asked');
    expect(definitionOf(event).why(event, (await journey.stored()).state)).toContain(
      `${unsafe}. Approving needs a comment.`,
    );
  });

  test('others are approved as ever', async () => {
    const { state } = await (await asking(true)).stored();
    const [, , cleo] = state.spec.approvals.people;
    if (cleo === undefined) throw new Error('there is no Cleo');
    expect(judgeApproval(state, cleo, 'approve', { how: 'link' }, new Date(state.openedAt)).outcome).toBe('counts');
    expect(needsComment('approve', state)).toBe(false);
  });
});

describe('lint of tasks', () => {
  const findings = (text: string) =>
    lintSpec(`${minimalSpec}${text}`, 'web.yml').map(({ severity, message }) => `${severity}: ${message}`);

  test('refuses compatible: false where no one has to approve', () => {
    expect(findings('before: [{ name: migrate, command: [migrate], compatible: false }]\n')).toContainEqual(
      expect.stringMatching(/^error: after the task "migrate" the rollback is not safe/),
    );
  });

  test('doubts tasks about which no one can decide', () => {
    expect(findings('before: [{ name: migrate, command: [migrate], within: 5m }]\n')).toContainEqual(
      expect.stringMatching(/^warning: where nobody can tell how the task "migrate" ended/),
    );
  });

  test.each([
    ['before: []\n', 'expected at least one task'],
    ['before: [{ name: migrate, command: [] }]\n', 'expected a list of 1 to 50 words'],
    ['before: [{ name: Migrate, command: [x] }]\n', 'expected a name of up to 32'],
    ['before: [{ name: migrate, command: [x], oncePer: day }]\n', 'expected digest or rollout'],
    ['before: [{ name: migrate, command: [x], container: app, within: 5s }]\n', '5s'],
    ['before: [{ name: a, command: [x] }, { name: a, command: [y] }]\n', 'is named twice'],
  ])('refuses %j', (text, message) => {
    expect(findings(text).join('\n')).toContain(message);
  });
});
