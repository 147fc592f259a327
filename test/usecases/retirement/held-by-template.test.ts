import { beforeEach, describe, expect, test } from '@jest/globals';
import { retireBlue } from '../../../lib/usecases/retirement/retire-blue.ts';
import { scaleDownBlue } from '../../../lib/usecases/retirement/scale-down-blue.ts';
import { TemplateUnclear } from '../../../lib/ports/rule-templates.ts';
import { modelArns } from '../../model/model-world.ts';
import { type Journey, journeyTo } from '../journey.ts';

let journey: Journey;
let retirement: { service: string; rolloutId: string };

beforeEach(async () => {
  journey = await journeyTo('finished');
  retirement = { service: 'web', rolloutId: journey.rolloutId };
});

/** The template that owns the rule has these weights for the two slots; blue was slot a. */
function template(a: number, b: number) {
  const weights = { [modelArns.groupA]: a, [modelArns.groupB]: b };
  journey.world.owning.set(modelArns.rule, { stack: 'shop-web', resource: 'Rule', weights });
}
const retire = async () => (await retireBlue(retirement, journey.world)).outcome;
const tasks = () => journey.world.slots.get('web-a')?.desired;

describe('a former blue that a template would send traffic back to', () => {
  test('is scaled down, and keeps its last task until the template is mended; people are notified once', async () => {
    template(100, 0);

    expect(await scaleDownBlue(retirement, journey.world)).toEqual({ outcome: 'scaledDown' });
    expect([await retire(), await retire()]).toEqual(['held', 'held']);
    expect(tasks()).toBe(1);
    expect(await journey.events('RetirementHeld')).toEqual([
      {
        type: 'RetirementHeld',
        reason: 'stack shop-web sends traffic back to it at the next update that touches Rule',
        target: modelArns.rule,
      },
    ]);
    expect((await journey.world.store.service('web')).retention).toBeDefined();

    journey.world.time += 30 * 86_400_000;
    expect(await retire()).toBe('held');
    template(0, 100);
    expect(await retire()).toBe('retired');
    expect(tasks()).toBe(0);
  });

  test.each([
    [
      'has the weights as they are',
      () => {
        template(0, 100);
      },
    ],
    [
      'takes the weights from the parameters',
      () => journey.world.owning.set(modelArns.rule, { stack: 'shop-web', resource: 'Rule', weights: 'elsewhere' }),
    ],
    ['there is none', () => undefined],
  ])('is retired where the template %s', async (_, given) => {
    given();

    expect(await retire()).toBe('retired');
    expect(await journey.events('RetirementHeld')).toEqual([]);
  });
});

describe('what cannot be found out about a template', () => {
  test.each([
    ['CloudFormation refuses', new Error('AccessDenied')],
    ['the weights are made by a function', new TemplateUnclear('Rule of stack shop-web: a function')],
  ])('keeps the last task for a day and no longer, where %s', async (_, error) => {
    journey.world.owning.set(modelArns.rule, error);

    expect(await retire()).toBe('held');
    const [held] = await journey.events('RetirementHeld');
    expect(held).toMatchObject({ reason: expect.stringContaining(error.message), until: expect.any(String) });

    journey.world.time += 23 * 3_600_000;
    expect(await retire()).toBe('held');
    journey.world.time += 2 * 3_600_000;
    expect(await retire()).toBe('retired');
    expect(await journey.events('RetirementHeld')).toHaveLength(1);
  });
});

describe('a hold whose kind changes', () => {
  const hour = 3_600_000;
  const refused = () => journey.world.owning.set(modelArns.rule, new Error('Throttling'));

  test('is not ended by a question that fails, days after a template was found that sends traffic back', async () => {
    template(100, 0);
    expect(await retire()).toBe('held');

    journey.world.time += 25 * hour;
    refused();
    expect(await retire()).toBe('held');
    journey.world.time += 25 * hour;
    expect(await retire()).toBe('held');

    expect(tasks()).toBe(2);
    expect(await journey.events('RetirementHeld')).toHaveLength(1);
    template(0, 100);
    expect(await retire()).toBe('retired');
  });

  test('is recorded again, without an end, once the template is known', async () => {
    refused();
    expect(await retire()).toBe('held');
    template(100, 0);
    expect([await retire(), await retire()]).toEqual(['held', 'held']);

    const [unclear, known, ...more] = await journey.events('RetirementHeld');
    expect(unclear).toHaveProperty('until');
    expect(known).toMatchObject({ target: modelArns.rule });
    expect(known).not.toHaveProperty('until');
    expect(more).toEqual([]);

    journey.world.time += 48 * hour;
    refused();
    expect(await retire()).toBe('held');
  });
});
