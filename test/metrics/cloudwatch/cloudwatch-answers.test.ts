import { CloudWatchClient, type GetMetricDataCommandOutput } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from '@jest/globals';
import { cloudWatchMetricSource } from '../../../lib/metrics/cloudwatch/metric-source.ts';
import { questionAt } from './emulated-cloudwatch.ts';

const start = Date.parse('2026-03-01T10:00:00.000Z') / 1000;

describe('what the emulator never answers', () => {
  /** A real client whose answers are given. */
  function answering(...pages: readonly Omit<GetMetricDataCommandOutput, '$metadata'>[]) {
    const given = new CloudWatchClient({ region: 'us-east-1' });
    const tokens: unknown[] = [];
    given.middlewareStack.add(
      () => (args) => {
        tokens.push(Reflect.get(Object(args.input), 'NextToken'));
        const output = { $metadata: {}, ...pages[tokens.length - 1] };
        return Promise.resolve({ output, response: undefined });
      },
      { step: 'initialize' },
    );
    return { source: cloudWatchMetricSource(given), tokens };
  }
  const page = (second: number, token?: string) => ({
    MetricDataResults: [
      { Id: 'blue_requestCount', Timestamps: [new Date((start + second) * 1000)], Values: [second + 1] },
    ],
    ...(token === undefined ? {} : { NextToken: token }),
  });

  test('further pages are fetched and put together', async () => {
    const { source, tokens } = answering(page(0, 'more'), page(1, 'still more'), page(2));

    expect((await source.read(questionAt(start, { metrics: ['requests'] }))).map(({ at }) => at - start)).toEqual([
      0, 1, 2,
    ]);
    expect(tokens).toEqual([undefined, 'more', 'still more']);
  });

  test.each(['InternalError', 'Forbidden'] as const)(
    '%s of one series is an error, not an empty answer',
    async (StatusCode) => {
      const Messages = [{ Code: 'x', Value: 'ask again' }];
      const { source } = answering({ MetricDataResults: [{ Id: 'green_target5xx', StatusCode, Messages }] });

      await expect(source.read(questionAt(start))).rejects.toThrow(
        `could not answer for green_target5xx: ${StatusCode} ask again`,
      );
    },
  );
});
