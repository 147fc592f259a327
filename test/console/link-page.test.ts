import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { transitionMessage } from '../../lib/messages/message.ts';
import { digestOf, modelSpec } from '../model/model-world.ts';
import { people } from '../usecases/journey.ts';
import { wordsIn } from './link-desk.ts';
import { asked, baking, stateOf } from './link-journeys.ts';

describe('the page of a link', () => {
  test('shows what changes, who asked and why, the pre-checks, what each button does and when the link ends', async () => {
    const { desk } = await asked();
    const { status, body } = await desk.get(await desk.issue('Ana'));
    const words = wordsIn(body);

    expect(status).toBe(200);
    for (const shown of [
      'web in test',
      'Approve 412-9f8d111 for web in test?',
      digestOf('b'),
      digestOf('a'),
      'Erin',
      'Saw: x. Expected: y.',
      'product-manager, qa still have to approve',
      'Ends this rollout now. Nothing has been changed yet',
      '2026-03-02 10:00:00 UTC',
    ]) {
      expect(words).toContain(shown);
    }
  });

  test('shows everything that the new version gets otherwise besides its image, and so does the request', async () => {
    const spec = modelSpec({ approvals: { people }, taskDefinition: 'latest-of-family' });
    const definition = (arn: string, settings: Readonly<Record<string, string>>, environment: object) => ({
      arn,
      family: 'web',
      active: true,
      settings,
      containers: { app: { image: 'x', environment: { ...environment }, secrets: {} } },
    });
    const { journey, desk } = await asked(spec, ({ taskDefinitions }) => {
      taskDefinitions.set('web:1', definition('web:1', { cpu: '256', taskRoleArn: 'arn:role/a' }, { LEVEL: 'info' }));
      const next = { cpu: '1024', taskRoleArn: 'arn:role/b', 'otel.image': 'otel:<2>' };
      taskDefinitions.set('web', definition('web:7', next, { LEVEL: 'debug' }));
    });
    const { body } = await desk.get(await desk.issue('Ana'));
    const { state, sequence } = await journey.stored();
    const recorded = (await journey.world.store.events(state.rolloutId, 0)).at(-1);
    const message = recorded && transitionMessage(recorded, [], state, { stage: 'test', region: 'eu-west-1' });

    for (const shown of [
      'cpu: 256 -&gt; 1024',
      '+ otel.image=otel:&lt;2&gt;',
      'arn:role/a -&gt; arn:role/b',
      'LEVEL: info -&gt; debug',
    ])
      expect(body).toContain(shown);
    expect(body).toContain('a copy of web:7; the old version runs web:1');
    expect({ sequence, type: message?.type, why: message?.why }).toEqual({
      sequence: recorded?.sequence,
      type: 'ApprovalRequested',
      why: [
        'The spec wants the approval of tech-lead, product-manager, qa before anything changes.',
        '4 settings change: cpu, + otel.image, taskRoleArn, LEVEL.',
        'cpu: 256 -> 1024',
        '+ otel.image=otel:<2>',
        'taskRoleArn: arn:role/a -> arn:role/b',
      ],
    });
  });

  test('shows the gates with green beside blue, limits and how sure, where green has traffic', async () => {
    const { journey, desk } = await baking();
    const gate = (await stateOf(journey)).spec.gates[0]?.name ?? '';
    await journey.append({
      type: 'GreenAnalysed',
      step: 0,
      verdict: 'hold',
      reason: 'too few',
      secondsLeft: 3,
      gates: [
        {
          gate,
          outcome: 'hold',
          green: 0.02,
          blue: 0.01,
          requests: 40,
          pass: 0.01,
          abort: 0.05,
          sure: 0.8,
          reason: 'too few',
        },
      ],
    });
    const words = wordsIn((await desk.get(await desk.issue('Ana'))).body);

    expect(words).toContain(`${gate}: cannot say yet`);
    expect(words).toContain(
      'new (green) 2 % old (blue) 1 % requests 40 how sure weak evidence that green is worse: a good version looks this bad in at most 1 of 5 rollouts limits passes up to 1 %, aborts above 5 %',
    );
    expect(words).toContain(
      'Roll back: 10 % of requests (as asked) move to blue at once, which has 2 of 2 healthy targets',
    );
  });

  test('is sent so that no one frames, stores, sniffs or refers it, and only the script of the product runs', async () => {
    const { desk } = await asked();
    for (const { headers, body } of [await desk.get(await desk.issue('Ana')), await desk.get('x')]) {
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'content-type': 'text/html; charset=utf-8',
      });
      const policy = headers['content-security-policy'];
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      );
      const scripts = [...body.matchAll(/<script>([^]*?)<\/script>/g)].map(([, script = '']) => script);
      const hashes = scripts.map((script) => createHash('sha256').update(script).digest('base64'));
      expect(hashes.map((hash) => policy?.includes(`script-src 'sha256-${hash}'`))).toEqual([true]);
      expect(body.replace(/<script>[^]*?<\/script>/, '')).not.toMatch(/<script|\son\w+=|javascript:/i);
    }
  });

  test('holds no token: a page that is passed on or stored gives nothing away', async () => {
    const { desk } = await asked();
    const token = await desk.issue('Ana');
    expect((await desk.get(token)).body).not.toContain(token);
  });
});
