import { describe, expect, test } from '@jest/globals';
import { significant } from '../../lib/analysis/strength-text.ts';
import {
  analysed,
  approvalScenario,
  bakingScenario,
  emergencyScenario,
  heldScenario,
  hostileScenario,
  longRecordScenario,
  manyStepsScenario,
  rollingBackScenario,
  Scenario,
  scenarioId,
  succeededScenario,
} from '../view/scenarios.ts';
import { ConsoleDesk, formOf } from './console-desk.ts';
import { wordsIn } from './link-desk.ts';

const place = `rollouts/${scenarioId}`;
/** As many bytes as a page may have. */
const mostBytes = 60_000;

async function shown(make: () => Promise<Scenario>) {
  const desk = new ConsoleDesk(await make());
  const answer = await desk.get(place, await desk.cookie());
  return { desk, ...answer, words: wordsIn(answer.body) };
}

describe('the page of a rollout says what its steps gather against what they need', () => {
  const quietly = (traffic: { requestsPerSecond?: number }) => () =>
    new Scenario().open(undefined, { leftOut: [], ...traffic });

  test('with a bake for each that gathers too little', async () => {
    const { words } = await shown(quietly({ requestsPerSecond: 0.2 }));

    expect(words).toMatch(/At 12 requests a minute green gets in each bake: 2 at 5 %, \d+ at 25 %/);
    expect(words).toMatch(/The step of 5 % gathers about 2 of the \d+ requests .* write &#96;bake: 9m&#96; for it\./);
  });

  test('or that this is not known', async () => {
    const { words } = await shown(quietly({}));

    expect(words).toContain('The traffic of the last hour could not be read, so it is not known whether each step');
  });
});

describe('the page of a rollout answers', () => {
  test.each<[string, () => Promise<Scenario>, readonly string[]]>([
    [
      'bakes',
      bakingScenario,
      [
        'New (green) 412-9f8d111',
        'error-rate: passes new (green) 0.4 % old (blue) 0.3 %',
        'how sure no sign that green is worse',
        'Next Step 3: green gets 100 % for 10m: 2026-03-01 10:21:00 UTC',
        'Roll back. 24.6 % of requests move to blue at once, which has 4 of 4 healthy targets',
        'Weight 25 % asked, 24.6 % measured',
        'Time left 12 min in this step',
        'Pause. Keeps the new version at 25 % until a person resumes it',
      ],
    ],
    [
      'is held',
      heldScenario,
      [
        'held: not enough evidence to decide',
        'error-rate: cannot say yet',
        'how sure evidence that green is worse',
        'Next Rolled back unless evidence decides: 2026-03-01 10:51:00 UTC',
        'To decide: About 400 more requests.',
      ],
    ],
    [
      'waits for approval',
      approvalScenario,
      [
        'waiting for approval',
        'The new version has no traffic yet',
        'Next Rejected unless it is approved: 2026-03-01 18:00:00 UTC',
        'Given Ana (by personal link), tech-lead Missing qa',
        'Reject. Ends this rollout now. Nothing has been changed yet',
        `sluice reject ${scenarioId} --stage production --reason`,
      ],
    ],
    [
      'rolls back',
      rollingBackScenario,
      [
        'rolling back',
        'error-rate: fails',
        'Reason error-rate: 9 % of 1,204 requests failed. (gate error-rate)',
        'Next All traffic goes back to blue',
        'A rollback is under way already.',
        'stopped at 2026-03-01 10:09:00 UTC : OutOfMemory; app: exit code 137',
      ],
    ],
    [
      'is an emergency',
      emergencyScenario,
      [
        'EMERGENCY: a person has to act now',
        'Traffic could not be put back',
        'sluice rollback web --direct --stage production',
        'Open: traffic stuck at 25 %, since',
      ],
    ],
    ['has succeeded', succeededScenario, ['succeeded', 'Next The former blue is removed', 'sluice rollback web']],
  ])(
    'what changes, what is worse, how sure, what is next and what each action does, where it %s',
    async (_, make, said) => {
      const { status, words } = await shown(make);

      expect(status).toBe(200);
      for (const one of said) expect(words).toContain(one);
    },
  );

  test('how many users are affected, by the gate that is worst', async () => {
    const { words } = await shown(rollingBackScenario);

    const worse = (0.09 - 0.003) * 24.6;
    expect(words).toContain(
      `24.6 % of requests go to green; error-rate is 9 % there and 0.3 % on blue: about ${significant(worse)} % of all requests are worse off.`,
    );
  });
});

describe('the page of a rollout is light', () => {
  const manyGates = async () => {
    const scenario = await bakingScenario();
    const numbers = {
      outcome: 'hold',
      green: 0.0123456,
      blue: 0.0112345,
      requests: 1204,
      pass: 0.01,
      abort: 0.05,
    } as const;
    const gates = Array.from({ length: 20 }, (_, index) => ({
      gate: `gate-${index}`,
      reason: 'x'.repeat(300),
      ...numbers,
    }));
    for (let minute = 5; minute < 90; minute += 1) await scenario.at(minute * 60, analysed(1, gates));
    return scenario;
  };

  test.each<[string, () => Promise<Scenario>]>([
    ['with 200 steps', () => manyStepsScenario()],
    ['with 10,000 events', () => longRecordScenario()],
    ['with hostile text everywhere', hostileScenario],
    ['with 20 gates of 90 minutes', manyGates],
  ])('%s', async (_, make) => {
    const { status, body } = await shown(make);

    expect(status).toBe(200);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(mostBytes);
    expect(body).not.toMatch(/<script>(?!\(\(\)=>\{)|<script [^>]|\u202e/);
    expect(body).not.toContain('\u001b');
  });

  test('and is not sent again while nothing has changed', async () => {
    const { desk, headers, body } = await shown(bakingScenario);
    const tag = headers['etag'] ?? '';
    const cookie = await desk.cookie();
    const again = await desk.get(place, cookie, { 'if-none-match': tag });
    expect({ status: again.status, body: again.body }).toEqual({ status: 304, body: '' });
    expect(body).toContain(tag.replaceAll('"', '&quot;'));

    await desk.scenario.at(600, { type: 'RolloutPaused', by: 'ada', how: 'command', reason: undefined });
    expect((await desk.get(place, cookie, { 'if-none-match': tag })).status).toBe(200);
  });
});

describe('the page of a rollout is seen', () => {
  test('by no one who is not known, whatever they ask for; and nothing is read for them', async () => {
    const desk = new ConsoleDesk(await bakingScenario());
    const forged = (await desk.cookie()).replace(/.{5}$/, 'AAAAA');
    const over = await desk.cookie({ until: desk.scenario.time / 1000 - 1 });
    const of = async (asked: string, cookie?: string) =>
      (await desk.get(asked, cookie)).body.replaceAll(/[a-z0-9-]*web[a-z0-9-]*/g, '');
    for (const cookie of [undefined, 'sluice-console=x', forged, over]) {
      const refused = await desk.get(place, cookie);
      expect(refused.status).toBe(403);
      expect(wordsIn(refused.body)).toContain(`sluice open ${scenarioId}`);
      expect(await of(place, cookie)).toBe(await of('rollouts/web-20260301-100000-none', cookie));
      expect((await desk.get('', cookie)).status).toBe(403);
      expect((await desk.get('services/web', cookie)).status).toBe(403);
    }
    Object.assign(desk.scenario.store, { load: () => Promise.reject(new Error('it was read')) });
    expect((await desk.get(place)).status).toBe(403);
  });

  test('by who signed in and is named in its spec, and by no other', async () => {
    const desk = new ConsoleDesk(await approvalScenario());
    const ana = await desk.signedIn('ana@example.test');
    const eve = await desk.signedIn('eve@example.test');

    expect((await desk.get(place, ana)).status).toBe(200);
    const refused = await desk.get(place, eve);
    const missing = await desk.get('rollouts/none', eve);
    expect([refused.status, refused.body]).toEqual([404, missing.body]);
    expect((await desk.get('services/web', eve)).status).toBe(404);
    expect(wordsIn((await desk.get('', eve)).body)).toContain('0 services in production');
    expect((await desk.get(place, await desk.signedIn('eve@example.test', { seesAll: true }))).status).toBe(200);
  });
});

describe('on the page of a rollout', () => {
  test('a person of its spec who signed in approves, as verified', async () => {
    const desk = new ConsoleDesk(await approvalScenario());
    const ben = await desk.signedIn('ben@example.test');
    const page = await desk.get(place, ben);
    expect(wordsIn(page.body)).toContain('Your decision, Ben');

    const answer = await desk.post(scenarioId, formOf(page.body, { action: 'approve', comment: 'fine' }), ben);
    expect([answer.status, answer.headers['location']]).toEqual([303, scenarioId]);
    expect((await desk.scenario.store.load(scenarioId))?.state.approval?.given).toMatchObject([
      { name: 'Ana', how: 'link' },
      { name: 'Ben', how: 'verified' },
    ]);
  });

  test.each([
    ['without its nonce', { nonce: 'A'.repeat(64) }, {}, 403],
    ['from another origin', {}, { origin: 'https://evil.example' }, 403],
    ['for a point that is over', { point: 'control-0.1' }, {}, 409],
    ['of an action that is not offered', { action: 'promote' }, {}, 409],
    ['without a comment where one is needed', { action: 'reject' }, {}, 409],
  ])('a decision %s changes nothing', async (_, fields, headers, status) => {
    const desk = new ConsoleDesk(await approvalScenario());
    const ben = await desk.signedIn('ben@example.test');
    const { body } = await desk.get(place, ben);
    const before = await desk.scenario.store.load(scenarioId);
    const answer = await desk.post(scenarioId, formOf(body, { action: 'approve', ...fields }), ben, headers);

    expect(answer.status).toBe(status);
    expect(await desk.scenario.store.load(scenarioId)).toEqual(before);
  });

  test('neither a stranger nor a principal of IAM decides', async () => {
    const desk = new ConsoleDesk(await approvalScenario());
    const { body } = await desk.get(place, await desk.signedIn('ben@example.test'));
    for (const cookie of [await desk.cookie(), await desk.signedIn('eve@example.test', { seesAll: true })]) {
      expect(wordsIn((await desk.get(place, cookie)).body)).not.toContain('Your decision');
      expect((await desk.post(scenarioId, formOf(body, { action: 'approve' }), cookie)).status).toBe(404);
    }
  });
});
