import { describe, expect, test } from '@jest/globals';
import { modelSpec } from '../model/model-world.ts';
import { incompleteRelease, releaseId, releaseScenario, turnedRelease } from '../view/release-scenarios.ts';
import type { Scenario } from '../view/scenarios.ts';
import { ConsoleDesk, formOf } from './console-desk.ts';
import { wordsIn } from './link-desk.ts';

const place = `?release=${releaseId}`;
const ana = { name: 'Ana', mail: 'ana@example.test', roles: ['tech-lead'] };
const members = ['auth', 'web', 'report'];

/** The page of a release whose members' specs name Ana, as she sees it. */
async function deskFor(scenario: Scenario, of: readonly string[] = members) {
  for (const service of of)
    await scenario.store.putSpec(
      modelSpec({ service, approvals: { required: [], people: [ana] } }),
      'ada',
      '2026-03-01T09:00:00.000Z',
    );
  const desk = new ConsoleDesk(scenario);
  const cookie = await desk.signedIn('ana@example.test', { seesAll: true });
  const { body } = await desk.get(place, cookie);
  return { desk, cookie, body };
}

const failureOf = async ({ releases }: Scenario) => (await releases.load(releaseId))?.state.failure;

describe('a person whom the spec of each member names, and who signed in', () => {
  test('sees what each action does, in numbers and in order, beside its button', async () => {
    const words = wordsIn((await deskFor(await releaseScenario())).body);

    expect(words).toContain('Your decision, Ana');
    expect(words).toContain(
      "Abort web: 24.6 % of requests move to blue at once, which has 4 of 4 healthy targets; green's 2 tasks are removed. Stays on the new version: auth. Does not begin: report.",
    );
    expect(words).toContain('Roll back all In this order: web, then auth.');
  });

  test.each([
    ['abort', 'abort'],
    ['rollBackAll', 'rollBackAll'],
  ] as const)('has it %s', async (direction, recorded) => {
    const { desk, cookie, body } = await deskFor(await releaseScenario());
    const form = formOf(body, { direction, reason: 'orders fail' });

    const answer = await desk.postTo(place, form, cookie);
    await desk.postTo(place, form, cookie);

    expect([answer.status, answer.headers['location']]).toEqual([303, place]);
    expect(await failureOf(desk.scenario)).toMatchObject({
      direction: recorded,
      by: 'Ana (signed in)',
      reason: 'orders fail',
    });
    // The machine goes on with it, once.
    expect(new Set(desk.starts.map(({ name }) => name)).size).toBe(1);
    expect(desk.starts[0]?.name).toMatch(/^told-page-[0-9a-f]{32}$/);
    expect(desk.starts[0]?.input).toEqual({
      releaseId,
      told: { direction: recorded, by: 'Ana (signed in)', reason: 'orders fail' },
    });
  });

  test('has all of it go back from the page that aborted it, for the same reason', async () => {
    const { desk, cookie, body } = await deskFor(await releaseScenario());

    for (const direction of ['abort', 'abort', 'rollBackAll'])
      await desk.postTo(place, formOf(body, { direction, reason: 'orders fail' }), cookie);

    expect(await failureOf(desk.scenario)).toMatchObject({ direction: 'rollBackAll', reason: 'orders fail' });
    expect(new Set(desk.starts.map(({ name }) => name)).size).toBe(2);
  });

  test('writes a reason of several lines, each end of which is one character', async () => {
    const { desk, cookie, body } = await deskFor(await releaseScenario());
    const lines = (length: number) => `orders\r\nfail${'\r\n'.repeat(length - 12)}x`;

    const answer = await desk.postTo(place, formOf(body, { direction: 'abort', reason: lines(600) }), cookie);

    expect(answer.status).toBe(303);
    expect((await failureOf(desk.scenario))?.reason).toBe(`orders\nfail${'\n'.repeat(588)}x`);
    const refused = await desk.postTo(place, formOf(body, { direction: 'abort', reason: lines(601) }), cookie);
    expect(refused.status).toBe(400);
    expect(refused.body).toContain('<blockquote>orders');
  });

  test('is offered nothing while all go back, and takes back what is stuck after the end', async () => {
    expect((await deskFor(await turnedRelease())).body).not.toContain('<form');
    const { desk, cookie, body } = await deskFor(await incompleteRelease());
    expect(body).not.toContain('value="abort"');

    await desk.postTo(place, formOf(body, { direction: 'rollBackAll', reason: 'it is there again' }), cookie);

    expect(desk.starts).toHaveLength(1);
  });

  test('is told why an order does not count any more, and keeps what they wrote', async () => {
    const { desk, cookie, body } = await deskFor(await incompleteRelease());

    const answer = await desk.postTo(place, formOf(body, { direction: 'abort', reason: 'orders fail' }), cookie);

    expect(answer.status).toBe(409);
    expect(wordsIn(answer.body)).toContain(
      `Release ${releaseId} has ended: no member is under way. What you wrote, to copy: orders fail`,
    );
    expect(desk.starts).toEqual([]);
  });
});

describe('nothing is done', () => {
  test('for who is a person of some members alone: they see the commands', async () => {
    const { desk, cookie, body } = await deskFor(await releaseScenario(), ['auth', 'web']);
    // `report` names Ana by the scenario; another name in its spec takes that away.
    await desk.scenario.store.putSpec(modelSpec({ service: 'report' }), 'ada', '2026-03-01T09:00:00.000Z');
    const now = (await desk.get(place, cookie)).body;

    expect(now).not.toContain('<form');
    expect(now).toContain(`sluice release abort ${releaseId}`);
    expect((await desk.postTo(place, formOf(body, { direction: 'abort', reason: 'x' }), cookie)).status).toBe(404);
    expect(await failureOf(desk.scenario)).toBeUndefined();
  });

  test.each<[string, number, (body: string) => string, Readonly<Record<string, string>>]>([
    [
      'from another origin',
      403,
      (body) => formOf(body, { direction: 'abort', reason: 'x' }),
      { origin: 'https://evil.example' },
    ],
    ['without the word of the form', 403, () => 'direction=abort&reason=x', {}],
    ['without a reason', 400, (body) => formOf(body, { direction: 'abort', reason: ' ' }), {}],
    ['that stops nothing but the next members', 400, (body) => formOf(body, { direction: 'stop', reason: 'x' }), {}],
  ])('%s', async (_, status, make, headers) => {
    const { desk, cookie, body } = await deskFor(await releaseScenario());

    expect((await desk.postTo(place, make(body), cookie, headers)).status).toBe(status);
    expect(await failureOf(desk.scenario)).toBeUndefined();
    expect(desk.starts).toEqual([]);
  });

  test('for who came by IAM, and on the list of services', async () => {
    const { desk, cookie, body } = await deskFor(await releaseScenario());
    const form = formOf(body, { direction: 'abort', reason: 'x' });

    expect((await desk.postTo(place, form, await desk.cookie())).status).toBe(404);
    expect((await desk.postTo('', form, cookie)).status).toBe(404);
    expect((await desk.postTo('?release=other-1', form, cookie)).status).toBe(404);
    expect(desk.starts).toEqual([]);
  });
});
