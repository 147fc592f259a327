import { describe, expect, test } from '@jest/globals';
import { enter, mintEntry } from '../../lib/console/open-exchange.ts';
import type { KnownPerson, SignInEntry, SignIns } from '../../lib/ports/sign-ins.ts';
import { bakingScenario, scenarioId } from '../view/scenarios.ts';
import { ConsoleDesk } from './console-desk.ts';

const principal = 'arn:aws:sts::111122223333:assumed-role/Ops/ada';

async function opened(to?: string) {
  const desk = new ConsoleDesk(await bakingScenario());
  const claimed = new Set<string>();
  const ids = {
    claim: (id: string) => Promise.resolve(claimed.has(id) ? false : claimed.add(id).size > 0),
  };
  const { identityMac, url: linksUrl, scenario } = desk;
  const kept: [SignInEntry, KnownPerson][] = [];
  const signIns: SignIns = { keep: (...one) => Promise.resolve(void kept.push(one)) };
  let count = 0;
  const now = () => new Date(scenario.time);
  const world = { identityMac, ids, signIns, linksUrl, now, randomId: () => `id-${(count += 1)}` };
  const { url } = await mintEntry(principal, to, world);
  const token = url.slice(`${linksUrl}/open/`.length);
  const visit = (text = token) => enter({ token: text, query: {}, headers: {}, body: '' }, world);
  return { desk, url, token, visit, kept, world };
}

describe('a link of sluice open', () => {
  test('leads to the page once, and the page names who came', async () => {
    const { desk, visit } = await opened(`rollouts/${scenarioId}`);
    const { status, headers } = await visit();
    expect([status, headers['location']]).toEqual([303, `${desk.url}/rollouts/${scenarioId}`]);
    expect(headers['set-cookie']).toMatch(/; Path=\/production\/; Max-Age=14400; HttpOnly; SameSite=Lax; Secure$/);

    const cookie = (headers['set-cookie'] ?? '').split(';')[0] ?? '';
    const page = await desk.get(`rollouts/${scenarioId}`, cookie);
    expect(page.status).toBe(200);
    expect(page.body).toContain(principal);
    expect((await visit()).status).toBe(404);
  });

  test('is no session itself, and a session is no link', async () => {
    const { desk, token, visit } = await opened();
    expect((await desk.get('', `sluice-console=${token}`)).status).toBe(403);
    const session = (await desk.cookie()).split('=')[1] ?? '';
    expect((await visit(session)).status).toBe(404);
  });

  test('is kept when it is made and when it lets somebody in, by the id of who ran the command', async () => {
    const { visit, kept, desk } = await opened();
    await visit();
    await visit();

    const at = new Date(desk.scenario.time).toISOString();
    const person = expect.stringMatching(/^[0-9a-f]{32}$/) as unknown;
    expect(kept).toEqual([
      [{ at, id: 'id-1', way: 'minted', person }, { principal }],
      [{ at, id: 'id-3', way: 'opened', person }, { principal }],
    ]);
    expect(kept[0]?.[0].person).toBe(kept[1]?.[0].person);
    expect(JSON.stringify(kept.map(([entry]) => entry))).not.toContain('ada');
  });

  test('lets nobody in whose entry cannot be kept', async () => {
    const { world, token } = await opened();
    const signIns = { keep: () => Promise.reject(new Error('the table is away')) };
    const away = { ...world, signIns };

    await expect(mintEntry(principal, undefined, away)).rejects.toThrow('the table is away');
    await expect(enter({ token, query: {}, headers: {}, body: '' }, away)).rejects.toThrow('the table is away');
  });

  test('is over after five minutes', async () => {
    const { desk, visit } = await opened();
    desk.scenario.time += 300_000;
    expect((await visit()).status).toBe(404);
  });

  test.each(['https://evil.example', '//evil.example', 'rollouts/../../x', 'open/x', 'rollouts/a b'])(
    'leads to pages of the product alone, and not to %s',
    async (to) => {
      const { desk, visit } = await opened(to);
      expect((await visit()).headers['location']).toBe(`${desk.url}/`);
    },
  );
});
