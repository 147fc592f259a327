import { describe, expect, test } from '@jest/globals';
import type { RolloutSpec } from '../../../lib/specification/rollout-spec.ts';
import { type Pushed, whyIgnored } from '../../../lib/usecases/opening/decide-push.ts';
import { modelSpec } from '../../model/model-world.ts';

const home = { account: '111122223333', region: 'eu-west-1' };
const pushed: Pushed = { tag: '412-9f8d111', ...home };
const spec = modelSpec();
const of = (change: Partial<RolloutSpec['image']>) => ({ ...spec, image: { ...spec.image, ...change } });
const elsewhere = '444455556666.dkr.ecr.eu-central-1.amazonaws.com';

describe('a push', () => {
  test.each<readonly [string, Pushed, Parameters<typeof whyIgnored>[1]]>([
    ['a service that takes it', pushed, spec],
    ['a service that takes it, where its event does not name the registry', { tag: pushed.tag }, spec],
    [
      'a service that takes images from another registry, which it was pushed to',
      { ...pushed, account: '444455556666', region: 'eu-central-1' },
      of({ registry: elsewhere }),
    ],
  ])('starts a rollout of %s', (_, push, applied) => {
    expect(whyIgnored(push, applied, home)).toBeUndefined();
  });

  test.each<readonly [string, Pushed, Parameters<typeof whyIgnored>[1], string]>([
    ['starts none without a tag', { ...pushed, tag: '' }, spec, 'the image has no tag'],
    ['starts none whose tag does not fit', { ...pushed, tag: 'latest' }, of({}), 'tag latest does not match'],
    ['starts none of a service without a spec', pushed, undefined, 'does not match any spec'],
    [
      'starts none from the registry of another account',
      { ...pushed, account: '444455556666' },
      spec,
      'the push is to the registry of account 444455556666 in eu-west-1',
    ],
    ['starts none from another region', { ...pushed, region: 'us-east-1' }, spec, 'in us-east-1; the spec takes'],
    [
      'starts none from home where the spec names another registry',
      pushed,
      of({ registry: elsewhere }),
      'from that of account 444455556666 in eu-central-1',
    ],
    [
      'starts none where the event has to name the task definition',
      pushed,
      { ...spec, taskDefinition: 'from-event' },
      'the spec says taskDefinition: from-event',
    ],
  ])('%s', (_, push, applied, reason) => {
    expect(whyIgnored(push, applied, home)).toContain(reason);
  });
});
