import { beforeEach, describe, expect, test } from '@jest/globals';
import type { FakeCli } from './cli-harness.ts';
import { modelCli, openRollout, rolloutId } from './open-rollout.ts';

let cli: FakeCli;

beforeEach(async () => {
  cli = await modelCli();
  await openRollout(cli);
});

const incident = (...args: readonly string[]) => cli.run(['incident', ...args]);
const open = (...options: readonly string[]) =>
  incident('open', 'web', '--severity', 'P1', '--reason', 'logins fail', ...options);
const printed = ({ out, err }: { readonly out: readonly string[]; readonly err: readonly string[] }) =>
  [...out, ...err].join('\n');
const controls = ['\u001b', '\u202e'];
const hostile = '<img src=x onerror=alert(1)> | [click](https://evil.example) @channel \u001b[31m\u202etxet';

describe('sluice incident', () => {
  test('is opened, taken, noted, updated, closed and reported, each under the principal that AWS verified', async () => {
    expect(printed(await incident('status', 'web'))).toBe('web has no incident and never had one.');
    expect(printed(await open())).toContain('Incident 1 of web, P1, is open');
    expect(JSON.parse((await open('--json')).out.join(''))).toMatchObject({ service: 'web', number: 1 });
    expect(printed(await incident('status', 'web'))).toContain('commander NOBODY');

    expect(printed(await incident('take', 'web', '--as', 'Ana'))).toContain('Ana commands incident 1');
    expect(printed(await incident('take', 'web', '--to', 'Ben'))).toContain('Ben commands incident 1');
    await incident('note', 'web', 'the pool is full');
    await incident('note', 'web', 'alarm on the pool', '--follow-up');
    expect(printed(await incident('update', 'web'))).toContain('Draft for customers: Since');
    const updated = await incident('update', 'web', '--text', 'Logins work again.', '--restored', '--severity', 'P2');
    expect(printed(updated)).toContain('The next update of incident 1 is due by');
    expect(printed(await incident('status', 'web'))).toContain('served again since');
    expect(printed(await incident('close', 'web', '--reason', 'the pool is larger'))).toContain('is closed');
    expect(printed(await incident('status', 'web'))).toContain('web has no open incident');

    const { events } = await cli.recorded(rolloutId);
    const told = events.filter(({ type }) => type.startsWith('Incident'));
    expect(told.map(({ type }) => type)).toEqual([
      'IncidentOpened',
      'IncidentNoted',
      'IncidentCommanded',
      'IncidentCommanded',
      'IncidentNoted',
      'IncidentNoted',
      'IncidentUpdated',
      'IncidentClosed',
    ]);
    const principal = 'arn:aws:iam::123456789012:user/grace';
    const handed = told.filter((event) => 'handedBy' in event);
    // Ben has proven nothing: AWS verified who handed it over.
    expect(handed).toEqual([expect.objectContaining({ by: 'Ben', handedBy: expect.stringContaining(principal) })]);
    expect(handed[0]).not.toHaveProperty('principal');
    for (const event of told.filter((one) => !handed.includes(one))) expect(event).toMatchObject({ principal });

    const report = printed(await incident('report', 'web'));
    expect(report).toContain('# Incident 1 of web in production, P2');
    expect(report).toContain('- [ ] alarm on the pool');
    expect(report).toContain('the pool is full');
    const json: unknown = JSON.parse((await incident('report', 'web', '--json')).out.join('\n'));
    expect(json).toMatchObject({
      standing: 'closed',
      spans: [
        { name: 'detect' },
        { name: 'acknowledge', isMet: true },
        { name: 'restore', isMet: true },
        { name: 'resolve', isMet: true },
      ],
    });
  });

  test('shows what people wrote and does nothing else with it, in Markdown, HTML and at the terminal', async () => {
    await open();
    await incident('note', 'web', hostile, '--follow-up');
    await incident('update', 'web', '--text', hostile);
    const markdown = printed(await incident('report', 'web'));
    expect(markdown).not.toContain('<img');
    expect(markdown).not.toContain('[click](');
    for (const control of controls) expect(markdown).not.toContain(control);
    const page = printed(await incident('report', 'web', '--html'));
    expect(page).not.toContain('<img src=x');
    expect(page).toContain('&lt;img');
    await incident('take', 'web', '--to', hostile.slice(0, 150));
    const status = printed(await incident('status', 'web'));
    for (const control of controls) expect(status).not.toContain(control);
  });

  test('refuses what cannot be, with the reason and the next command', async () => {
    expect((await incident('open', 'web')).code).toBe(2);
    expect((await incident('open', 'web', '--severity', 'P9', '--reason', 'x')).code).toBe(2);
    const taken = await incident('take', 'web');
    expect([taken.code, printed(taken)]).toEqual([1, expect.stringContaining('sluice incident open web')]);
    expect(printed(await incident('update', 'web'))).toContain('No incident of web is open in stage production');
    expect(printed(await incident('report', 'web'))).toContain('sluice incident status web --stage production');
    expect(printed(await incident('status', 'shop'))).toContain('No spec is applied for service "shop"');
  });
});
