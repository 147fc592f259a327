import { expect, test } from '@jest/globals';
import { isStatusReader } from '../../../lib/messages/routing.ts';
import { modelSpec } from '../../model/model-world.ts';
import { samples } from '../../rollout/sample-events.ts';
import { Desk } from './desk.ts';

const stakeholders = { name: 'stakeholders', type: 'mail', from: 'sluice@example.com', to: ['leads@example.com'] };
const page = { name: 'page', type: 'webhook', url: 'https://ops.example.com/in', secret: 'ssm:/sluice/machine' };
const talk = { name: 'talk', type: 'slack', token: 'ssm:/sluice/chat', channel: 'C0CHAT' };
const routes = [{ severity: ['critical'], to: ['stakeholders'], repeat: '5m' }];
const names = ['stakeholders', 'page', 'talk'];
const update = {
  ...samples.IncidentUpdated,
  by: 'Erin',
  principal: 'arn:aws:iam::111122223333:user/erin',
  restored: true,
} as const;

test('people outside of the team and a status page get the words of an update, and nothing of the team', async () => {
  const desk = new Desk();
  await desk.open({ channels: [stakeholders, page, talk], routes, statusUpdates: names });
  await desk.tell(update);
  await desk.pump();
  const received = desk.channels.inbox.received.all();
  expect(received.map(({ vendor }) => vendor).sort()).toEqual(['mail', 'slack', 'webhook']);
  for (const one of received) {
    expect(JSON.stringify(one)).toContain('we add connections Users are served again.');
    expect(JSON.stringify(one)).not.toMatch(/Erin|arn:aws|web-2026|sluice incident|console\.aws|sha256|asked for/);
  }
});

test('a channel that the table names for warnings is one of the team', () => {
  const subject = {
    type: 'IncidentUpdated',
    severity: 'warning',
    at: '2026-03-01T10:00:00.000Z',
    stage: 'test',
  } as const;
  const readers = (changes: Readonly<Record<string, unknown>>) => {
    const { notifications } = modelSpec({
      notifications: { channels: [stakeholders, page, talk], statusUpdates: names, ...changes },
    });
    return notifications.channels.filter((one) => isStatusReader(notifications, one, subject)).map(({ name }) => name);
  };
  expect(readers({ routes })).toEqual(names);
  expect(readers({})).toEqual(['stakeholders']);
});
