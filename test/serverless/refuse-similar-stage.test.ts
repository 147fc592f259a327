import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';

interface Page {
  readonly StackSummaries?: readonly {
    readonly StackName: string;
    readonly StackStatus: string;
    readonly TemplateDescription?: string;
  }[];
}
type WhyNot = (pages: Iterable<Page> | AsyncIterable<Page>, stage: string) => Promise<string | undefined>;

const required: unknown = createRequire(import.meta.url)('../../serverless/refuse-similar-stage.cjs');
const { whyNot } = z.custom<{ readonly whyNot: WhyNot }>((value) => typeof value === 'function').parse(required);

const page = (name: string, status = 'UPDATE_COMPLETE', description = 'Sluice 1.2.3'): Page => ({
  StackSummaries: [{ StackName: name, StackStatus: status, TemplateDescription: description }],
});
async function* refuses(): AsyncGenerator<Page> {
  yield Promise.resolve(page('sluice-prod-eu'));
  throw Object.assign(new Error('no'), { name: 'AccessDenied' });
}

describe('the first deployment of a stage from a clone', () => {
  test.each([
    ['prod', 'prod-eu'],
    ['prod-eu', 'prod'],
    ['prod', 'prod-2'],
  ])('as %s is refused beside %s, on whatever page it is listed', async (stage, other) => {
    const reason = await whyNot([page('shop'), page(`sluice-${other}`)], stage);

    expect(reason).toContain(`The names of stage ${stage} and of "${other}" begin alike`);
    expect(reason).toContain('similarStage=yes');
  });

  test('is made beside stages of other names, its probes, nested stacks, and stages that were deleted', async () => {
    const others = [
      page('sluice-production'),
      page('sluice-prod-probe', 'CREATE_COMPLETE', 'The optional probe of Sluice in one VPC'),
      page('sluice-prod-ArchiveStack-1A2B3C'),
      page('sluice-prod-eu', 'DELETE_COMPLETE'),
      page('shop-prod-eu'),
      {},
    ];

    expect(await whyNot(others, 'prod')).toBeUndefined();
  });

  test('is refused where stacks cannot be listed', async () => {
    expect(await whyNot(refuses(), 'prod')).toContain('could not be found out (AccessDenied: no)');
  });
});

test('a stage that is there is deployed again, whatever is beside it', async () => {
  expect(await whyNot([page('sluice-prod'), page('sluice-prod-eu')], 'prod')).toBeUndefined();
});
