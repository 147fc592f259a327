import { describe, expect, test } from '@jest/globals';
import { inStage } from '../../lib/specification/text/in-stage.ts';

describe('commands that a sentence proposes name the stage', () => {
  test.each([
    ['Put the rules back by hand: sluice rollback web --direct', 'sluice rollback web --stage staging --direct'],
    ['To open one: sluice incident open web --severity P1 --reason "…"', 'open web --stage staging --severity P1'],
    [
      'Wait for its end, or: sluice rollback web --wait. Then again.',
      'sluice rollback web --stage staging --wait. Then',
    ],
    ['read theirs (sluice history web), then apply yours.', '(sluice history web --stage staging), then'],
    ['See how far it is with: sluice stack status', 'with: sluice stack status --stage staging'],
    ['Run it again: sluice retry web-1. Leave it: sluice promote web-1.', 'sluice retry web-1 --stage staging. Leave'],
    ['Run it again: sluice retry web-1. Leave it: sluice promote web-1.', 'sluice promote web-1 --stage staging.'],
  ])('%s', (text, expected) => {
    expect(inStage(text, { stage: 'staging' })).toContain(expected);
  });

  test('and the region, where one was named', () => {
    expect(inStage('Look: sluice status web', { stage: 'staging', region: 'eu-west-1' })).toBe(
      'Look: sluice status web --stage staging --region eu-west-1',
    );
  });

  test.each([
    'Roll it back: sluice rollback web --stage production --direct',
    'Run: sluice lint rollouts/web.yml',
    'Name the file that sluice rollback --direct left.',
    'Traffic moves once: sluice startled web',
  ])('%s stays as it is', (text) => {
    expect(inStage(text, { stage: 'staging' })).toBe(text);
  });
});
