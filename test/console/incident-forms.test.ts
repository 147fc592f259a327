import { describe, expect, test } from '@jest/globals';
import { sessionCookie } from '../../lib/console/session.ts';
import { modelSpec } from '../model/model-world.ts';
import { closedIncident, ledIncident, openIncident } from '../view/incident-scenarios.ts';
import { bakingScenario, type Scenario, scenarioId } from '../view/scenarios.ts';
import { ConsoleDesk } from './console-desk.ts';
import { wordsIn } from './link-desk.ts';

const place = 'services/web?show=incident';
const people = [
  { name: 'Ana', mail: 'ana@example.test', roles: ['tech-lead'] },
  { name: 'Ben', mail: 'ben@example.test', roles: ['qa'] },
  { name: 'Cem', mail: 'cem@example.test', roles: ['qa'] },
];

/** The page of an incident of `web`, whose spec names people, as one of them sees it who signed in. */
async function deskFor(scenario: Scenario, mail = 'ana@example.test') {
  await scenario.store.putSpec(modelSpec({ approvals: { required: [], people } }), 'ada', '2026-03-01T10:00:00.000Z');
  const desk = new ConsoleDesk(scenario);
  const cookie = await desk.signedIn(mail);
  const { body } = await desk.get(place, cookie);
  return { desk, cookie, body, words: wordsIn(body) };
}

/** What one of the forms of a page would send. */
function sent(body: string, wanted: string, fields: Readonly<Record<string, string>> = {}): string {
  const form = body.split('<form').find((one) => one.includes(`value="${wanted}"`)) ?? '';
  const value = (name: string) => new RegExp(`name="${name}"\\s+value="([^"]*)"`).exec(form)?.[1];
  const seen = value('seen');
  return new URLSearchParams({ nonce: value('nonce') ?? '', ...(seen && { seen }), wanted, ...fields }).toString();
}

const recordOf = async ({ incidents }: Scenario) => (await incidents.incident('web'))?.record;
const eventsOf = async ({ store }: Scenario) =>
  (await store.events(scenarioId, 0, 100)).map(({ event }) => event).filter(({ type }) => type.startsWith('Incident'));

describe('a person of the spec who signed in leads an incident from its page', () => {
  test('takes command, which ends what asks for a commander', async () => {
    const { desk, cookie, body, words } = await deskFor(await openIncident());
    expect(words).toContain('Your part, Ana');
    expect(words).toContain('Take command You lead it. The messages that ask for a commander end.');

    const answer = await desk.postTo(place, sent(body, 'take'), cookie);

    expect([answer.status, answer.headers['location']]).toEqual([303, 'web?show=incident']);
    expect((await recordOf(desk.scenario))?.commander).toMatchObject({ by: 'Ana', how: 'verified', nth: 1 });
    expect(await eventsOf(desk.scenario)).toContainEqual(
      expect.objectContaining({ type: 'IncidentCommanded', by: 'Ana', how: 'verified' }),
    );
    const after = wordsIn((await desk.get(place, cookie)).body);
    expect(after).toContain('Commander Ana (signed in)');
    expect(after).not.toContain('Take command');
  });

  test('takes it in the place of another person, whom the page names', async () => {
    const { desk, cookie, body, words } = await deskFor(await ledIncident());
    expect(words).toContain(
      'You lead it in place of Ben. Everyone who gets its messages is notified that you took it.',
    );

    await desk.postTo(place, sent(body, 'take'), cookie);

    expect((await recordOf(desk.scenario))?.commander).toMatchObject({ by: 'Ana', from: 'Ben', nth: 2 });
  });

  test('takes it from nobody who took it after the page was loaded; the same form twice is one', async () => {
    const { desk, cookie, body } = await deskFor(await openIncident());
    const ben = await desk.signedIn('ben@example.test');
    const bens = (await desk.get(place, ben)).body;
    await desk.postTo(place, sent(bens, 'take'), ben);
    expect((await desk.postTo(place, sent(bens, 'take'), ben)).status).toBe(303);

    const answer = await desk.postTo(place, sent(body, 'take'), cookie);

    expect(answer.status).toBe(409);
    expect(wordsIn(answer.body)).toContain('Ben has taken command since the page was loaded');
    expect((await recordOf(desk.scenario))?.commander).toMatchObject({ by: 'Ben', nth: 1 });
  });

  test('hands it to another person of the spec', async () => {
    const { desk, cookie, body } = await deskFor(await ledIncident(), 'ben@example.test');
    expect(body).toContain('<option value="Cem">');

    await desk.postTo(place, sent(body, 'hand', { to: 'Cem' }), cookie);

    expect((await recordOf(desk.scenario))?.commander).toMatchObject({ by: 'Cem', handedBy: 'Ben (signed in)' });
  });

  test('sends a status update, with drafts to begin with', async () => {
    const { desk, cookie, body, words } = await deskFor(await ledIncident(), 'ben@example.test');
    expect(words).toContain('For customers: Since 10:12 UTC we have a problem with web.');

    const fields = { text: 'Logins work\r\nagain.', level: 'P2', restored: 'yes' };
    const once = sent(body, 'update', fields);
    expect((await desk.postTo(place, once, cookie)).status).toBe(303);
    await desk.postTo(place, once, cookie);

    const updates = (await eventsOf(desk.scenario)).filter(
      (event) => event.type === 'IncidentUpdated' && event.text.startsWith('Logins'),
    );
    expect(updates).toEqual([
      expect.objectContaining({ by: 'Ben', how: 'verified', text: 'Logins work\nagain.', level: 'P2', restored: true }),
    ]);
    expect((await recordOf(desk.scenario))?.restoredAt).toBeDefined();
  });

  test('notes two texts that were sent from the same page, each once', async () => {
    const { desk, cookie, body } = await deskFor(await openIncident());

    for (const text of ['larger pool', 'larger pool', 'shorter timeout'])
      await desk.postTo(place, sent(body, 'note', { text }), cookie);
    await desk.postTo(place, sent(body, 'update', { text: 'shorter timeout', level: 'P1' }), cookie);

    const said = (await eventsOf(desk.scenario)).flatMap((event) =>
      event.type === 'IncidentNoted' || event.type === 'IncidentUpdated' ? [event.text] : [],
    );
    expect(said).toEqual(['larger pool', 'shorter timeout', 'shorter timeout']);
  });

  test('notes something to be done later, and closes it with a reason', async () => {
    const { desk, cookie, body } = await deskFor(await openIncident());

    await desk.postTo(place, sent(body, 'note', { text: 'larger pool', followUp: 'yes' }), cookie);
    await desk.postTo(place, sent(body, 'close', { text: 'the pool is larger' }), cookie);

    expect(await eventsOf(desk.scenario)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'IncidentNoted', text: 'larger pool', followUp: true }),
        expect.objectContaining({ type: 'IncidentClosed', reason: 'the pool is larger', how: 'verified' }),
      ]),
    );
    expect((await recordOf(desk.scenario))?.standing).toBe('closed');
  });

  test('opens one where none is open, and the machine of incidents starts', async () => {
    const { desk, cookie, body } = await deskFor(await bakingScenario());

    await desk.postTo(place, sent(body, 'open', { level: 'P0', text: 'logins fail' }), cookie);

    expect(await recordOf(desk.scenario)).toMatchObject({
      standing: 'open',
      level: 'P0',
      opened: { by: 'Ana', how: 'verified' },
    });
    expect(desk.starts.map(({ name }) => name)).toEqual(['web-incident-1']);
    // A form of the page before it is of no incident that is open now.
    const old = await deskFor(await closedIncident());
    await old.desk.postTo(place, sent(old.body, 'open', { level: 'P1', text: 'again' }), old.cookie);
    expect(await recordOf(old.desk.scenario)).toMatchObject({ standing: 'open' });
  });
});

test('what was meant for an earlier incident is not done to a later one, and what was written comes back', async () => {
  const { desk, cookie, body } = await deskFor(await openIncident());
  const stored = await desk.scenario.incidents.incident('web');
  if (stored === undefined) throw new Error('No incident is open.');
  await desk.scenario.incidents.putIncident('web', { ...stored.record, number: 4 }, stored);

  const answer = await desk.postTo(place, sent(body, 'close', { text: 'all is <b>well</b>' }), cookie);

  expect(answer.status).toBe(409);
  expect(wordsIn(answer.body)).toContain('The page showed an earlier incident than number 4');
  expect(answer.body).toContain('<blockquote>all is &lt;b&gt;well&lt;/b&gt;</blockquote>');
  expect((await recordOf(desk.scenario))?.standing).toBe('open');
});

describe('an incident that was raised to P0 after its page was loaded', () => {
  async function raised() {
    const loaded = await deskFor(await openIncident());
    const { desk, cookie, body } = loaded;
    const worse = sent(body, 'update', { text: 'Nobody is served.', level: 'P0' });
    // The second one, which repeats the first, is not refused.
    for (let times = 0; times < 2; times += 1) expect((await desk.postTo(place, worse, cookie)).status).toBe(303);
    return loaded;
  }

  test('keeps that level where a status update leaves it as it is, which is what its form does first', async () => {
    const { desk, cookie, body } = await raised();
    expect(body.replaceAll(/\s+/g, ' ')).toContain(
      '<select id="update-level" name="level"> <option value="" selected>As it is (P1)</option> <option value="P0"',
    );

    const answer = await desk.postTo(place, sent(body, 'update', { text: 'We look into it.', level: '' }), cookie);

    expect(answer.status).toBe(303);
    expect(await recordOf(desk.scenario)).toMatchObject({ level: 'P0' });
    expect(await eventsOf(desk.scenario)).toContainEqual(
      expect.objectContaining({ type: 'IncidentUpdated', text: 'We look into it.', level: 'P0' }),
    );
  });

  test.each([
    ['closed', 'close', { text: 'all is well' }],
    ['lowered', 'update', { text: 'all is well', level: 'P1' }],
  ])('is not %s from that page', async (_, wanted, fields) => {
    const { desk, cookie, body } = await raised();

    const answer = await desk.postTo(place, sent(body, wanted, fields), cookie);

    expect(answer.status).toBe(409);
    expect(wordsIn(answer.body)).toContain(
      'The incident was raised to P0 since the page was loaded. Load it again. What you wrote, to copy: all is well',
    );
    expect(await recordOf(desk.scenario)).toMatchObject({ standing: 'open', level: 'P0' });
    const again = (await desk.get(place, cookie)).body;
    expect((await desk.postTo(place, sent(again, wanted, fields), cookie)).status).toBe(303);
  });

  test('is closed from a page that showed no level yet', async () => {
    const { desk, cookie, body } = await raised();
    const old = sent(body, 'close', { text: 'all is well' }).replace('seen=3.0.0.P1', 'seen=3.0.0');

    expect((await desk.postTo(place, old, cookie)).status).toBe(303);
    expect(await recordOf(desk.scenario)).toMatchObject({ standing: 'closed' });
  });
});

test('a text that is too long is refused and given back', async () => {
  const { desk, cookie, body } = await deskFor(await openIncident());

  const answer = await desk.postTo(place, sent(body, 'close', { text: 'x'.repeat(601) }), cookie);

  expect(answer.status).toBe(400);
  expect(answer.body).toContain(`<blockquote>${'x'.repeat(601)}</blockquote>`);
});

describe('nothing is done', () => {
  test.each<[string, number, (desk: ConsoleDesk, body: string, cookie: string) => Promise<[string, string, object?]>]>([
    ['without a session', 403, (_, body) => Promise.resolve([sent(body, 'take'), `${sessionCookie}=none`])],
    [
      'for who came by IAM: they have the command line',
      404,
      async (desk, body) => [sent(body, 'take'), await desk.cookie()],
    ],
    [
      'for who sees all, and is no person of the spec',
      404,
      async (desk, body) => [sent(body, 'take'), await desk.signedIn('eve@example.test', { seesAll: true })],
    ],
    [
      'with the form of another visitor',
      403,
      async (desk, body) => [sent(body, 'take'), await desk.signedIn('ben@example.test')],
    ],
    [
      'from another origin',
      403,
      (_, body, cookie) => Promise.resolve([sent(body, 'take'), cookie, { origin: 'https://evil.example' }]),
    ],
    [
      'as anything but a form',
      403,
      (_, body, cookie) => Promise.resolve([sent(body, 'take'), cookie, { 'content-type': 'application/json' }]),
    ],
    ['without the word of the form', 403, (_, _body, cookie) => Promise.resolve(['wanted=take', cookie])],
    [
      'that the page does not offer',
      400,
      (_, body, cookie) => Promise.resolve([sent(body, 'take').replace('wanted=take', 'wanted=delete'), cookie]),
    ],
  ])('%s', async (_, status, make) => {
    const { desk, cookie, body } = await deskFor(await openIncident());
    const [form, as, headers] = await make(desk, body, cookie);

    expect((await desk.postTo(place, form, as, { ...headers })).status).toBe(status);
    expect((await recordOf(desk.scenario))?.commander).toBeUndefined();
  });

  test('on the page of the service, which has no forms', async () => {
    const { desk, cookie, body } = await deskFor(await openIncident());

    expect((await desk.postTo('services/web', sent(body, 'take'), cookie)).status).toBe(404);
  });

  test('and who cannot do it here sees the commands, and no form', async () => {
    const { body } = await new ConsoleDesk(await openIncident()).shown(place);

    expect(body).not.toContain('<form');
    expect(body).toContain('sluice incident take web --stage production');
  });
});

test('the page is the same one until something changes, whatever the word of its forms is', async () => {
  const { desk, cookie } = await deskFor(await openIncident());
  const first = await desk.get(place, cookie);

  expect((await desk.get(place, cookie, { 'if-none-match': first.headers['etag'] ?? '' })).status).toBe(304);
});
