import { describe, expect, test } from '@jest/globals';
import { runCheck } from '../../lib/checks/run-check.ts';
import { requestsAnswered } from '../../lib/checks/requests-answered.ts';
import { ProbeFailed, type ProbeAnswer } from '../../lib/ports/probe.ts';
import { modelSpec } from '../model/model-world.ts';
import { journeyTo } from '../usecases/journey.ts';
import { altered } from '../usecases/watched-world.ts';
import { fourTests } from './four-tests.ts';

const spec = { verify: { health: { ready: { path: '/ready' } }, requests: [{ name: 'home', path: '/' }] } };
const answering = (statusOf: (path: string) => number) => ({
  probe: {
    get: (url: string) => Promise.resolve({ status: statusOf(new URL(url).pathname), milliseconds: 3 }),
  },
});

fourTests('requests', {
  passes: [
    { when: 'all are answered', spec, world: answering(() => 200), saw: 'all 2 answered as expected' },
    { when: 'the spec has none', skipped: true, saw: '`verify` has neither `health` nor `requests`' },
  ],
  fails: [
    {
      when: 'one is not answered as expected',
      spec,
      world: answering((path) => (path === '/' ? 500 : 200)),
      saw: 'home: status 500, expected 200 to 299',
    },
  ],
});

describe('requests at 100 %', () => {
  /** Answers come in turn, the last one for ever; each takes so long. */
  async function found(answers: readonly (number | Error)[], takes = 3) {
    const journey = await journeyTo('finishing', { spec: modelSpec({ after: ['requests'], ...spec }) });
    const { world } = journey;
    const { state } = await journey.stored();
    let asked = 0;
    const get = (): Promise<ProbeAnswer> => {
      const answer = answers[Math.min(asked++, answers.length - 1)] ?? 200;
      world.time += takes;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ status: answer, milliseconds: 3 });
    };
    const { result, saw } = await runCheck(requestsAnswered, state, altered(world, { probe: { get } }), {
      severity: 'block',
    });
    return { result, saw, asked };
  }

  test.each([
    ['a lost connection', new Error('the connection failed: ECONNRESET')],
    ['a bad answer', 503],
  ])('that get %s once are sent once more', async (_, answer) => {
    expect(await found([answer, 200])).toMatchObject({ result: 'passed', asked: 4 });
  });

  test('that get a bad answer twice have failed', async () => {
    expect(await found([503])).toMatchObject({ result: 'failed', asked: 4 });
  });

  test('that the probe could not be called for are unknown', async () => {
    expect(await found([200, new ProbeFailed('Rate Exceeded')])).toMatchObject({
      result: 'unknown',
      saw: 'could not find out: Rate Exceeded',
    });
  });

  test('that are left without time are unknown', async () => {
    expect(await found([200], 9_500)).toMatchObject({ result: 'unknown', saw: expect.stringContaining('not sent') });
  });
});
