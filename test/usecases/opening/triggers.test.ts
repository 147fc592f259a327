import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { receiveRequest, receiveRequestInput } from '../../../lib/usecases/opening/receive-request.ts';
import { reconcile, reconcileInput } from '../../../lib/usecases/opening/reconcile.ts';
import { startWaiting } from '../../../lib/usecases/opening/start-waiting.ts';
import { digestOf, modelArns, modelSpec, ModelWorld } from '../../model/model-world.ts';
import { badImage, goodImage, openInput } from '../journey.ts';
import { ciEvent } from '../use-cases.ts';

let world: ModelWorld;

const apply = (overrides: Readonly<Record<string, unknown>> = {}) =>
  world.store.putSpec(modelSpec(overrides), 'a test', world.now().toISOString());
const started = () => world.started.map(({ input }) => input);

beforeEach(async () => {
  world = new ModelWorld();
  world.addImage(goodImage, digestOf('b'));
  world.addImage(badImage, digestOf('c'));
  await apply();
});

describe('an event of CI', () => {
  const receive = (detail: Readonly<Record<string, unknown>> = {}) => receiveRequest(ciEvent(detail), world);

  test('starts the rollout that it asks for', async () => {
    expect(await receive({ traceId: '1-abc' })).toMatchObject({ service: 'web', outcome: 'started' });
    expect(started()).toEqual([{ service: 'web', image: goodImage, requestedBy: 'ada', traceId: '1-abc' }]);
    expect(await openRollout({ ...openInput(), request: started()[0] }, world)).toMatchObject({ outcome: 'opened' });
  });

  test('twice starts one, unless it says that it is another request', async () => {
    await receive();
    expect(await receive({ requestedBy: 'somebody else' })).toMatchObject({ outcome: 'alreadyStarted' });
    expect(await receive({ requestId: 'again' })).toMatchObject({ outcome: 'started' });
    expect(started()).toHaveLength(2);
  });

  test('for a service without a spec is ignored, and says so', async () => {
    expect(await receive({ service: 'shop' })).toMatchObject({
      outcome: 'ignored',
      reason: 'no spec is applied for service shop',
    });
    expect(started()).toEqual([]);
  });

  test.each([
    ['no version', { version: undefined }, 'version: expected 1'],
    ['a later version', { version: 2 }, 'version: expected 1'],
    ['a key that nobody knows', { force: true }, 'force'],
    ['a service that is a path', { service: '../x' }, 'service: expected the name'],
    ['an image with a shell in it', { image: '$(rm -rf /)' }, 'image: expected a tag'],
    ['control characters in a name', { requestedBy: 'a\u001b[31m' }, 'requestedBy: expected text without control'],
    ['a task definition by family', { taskDefinition: 'web' }, 'taskDefinition: expected the ARN'],
    ['an endless name', { requestedBy: 'x'.repeat(10_000) }, 'requestedBy'],
  ])('with %s is refused, and nothing is started', async (_, detail, reason) => {
    expect(await receive(detail)).toMatchObject({ outcome: 'refused', reason: expect.stringContaining(reason) });
    expect(started()).toEqual([]);
  });

  test('with anything for a detail never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (detail) => {
        const event = receiveRequestInput.parse({ 'detail-type': 'sluice.rollout.requested', detail });

        expect((await receiveRequest(event, world)).outcome).toBe('refused');
      }),
      { numRuns: 100 },
    );
  });
});

describe('a request while a rollout runs', () => {
  let serial = 0;
  const ask = (image: string) => {
    serial += 1;
    const executionArn = `${openInput().executionArn}-${String(serial)}`;
    const startedAt = new Date(world.time + serial * 1000).toISOString();
    return openRollout({ executionArn, startedAt, request: { service: 'web', image } }, world);
  };
  const running = async () => (await world.store.service('web')).lockedBy ?? '';
  const end = async () => {
    const stored = await world.store.load(await running());
    if (stored === undefined) throw new Error('nothing runs');
    await world.store.append(
      stored,
      [{ type: 'RolloutRejected', reason: 'a test', results: [] }],
      world.now().toISOString(),
    );
  };
  const hint = (isNews: boolean) => startWaiting({ service: 'web', isNews }, world);

  test('is refused where the spec says nothing else', async () => {
    await ask(goodImage);

    expect(await ask(badImage)).toMatchObject({ outcome: 'rejected', reason: expect.stringContaining('is busy with') });
    expect(await world.store.waiting('web')).toBeUndefined();
  });

  test('waits with queue, is told, and is started once when the running one has ended', async () => {
    await apply({ onBusy: 'queue' });
    await ask(goodImage);

    expect(await ask(badImage)).toMatchObject({ outcome: 'queued', reason: expect.stringContaining(await running()) });
    expect(await hint(true)).toEqual({ outcome: 'waits' });
    expect(started()).toEqual([]);
    await end();
    expect(await hint(false)).toEqual({ outcome: 'started' });
    expect(await hint(false)).toEqual({ outcome: 'none' });
    expect(started()).toMatchObject([{ service: 'web', image: badImage }]);
    expect(world.announcements.map(({ type }) => type)).toEqual(['RolloutQueued', 'WaitingRolloutStarted']);
    expect(await ask(badImage)).toMatchObject({ outcome: 'opened' });
  });

  test('that began to wait just as the running one ended is started by its own hint', async () => {
    await apply({ onBusy: 'queue' });
    await ask(goodImage);
    await ask(badImage);
    await end();

    expect(await hint(true)).toEqual({ outcome: 'started' });
  });

  test('gives way to a newer one, and an older one does not come back', async () => {
    await apply({ onBusy: 'queue' });
    world.addImage('414-aaaaaaa', digestOf('d'));
    await ask(goodImage);
    await ask(badImage);

    expect(await ask('414-aaaaaaa')).toMatchObject({
      outcome: 'queued',
      reason: expect.stringContaining(`in place of ${badImage}`),
    });
    serial -= 2;
    expect(await ask(badImage)).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('was asked for later'),
    });
    serial += 2;
    expect((await world.store.waiting('web'))?.request.image).toBe('414-aaaaaaa');
  });

  test('has the running one rolled back with supersede, and follows it', async () => {
    await apply({ onBusy: 'supersede' });
    await ask(goodImage);
    const superseded = await running();
    await ask(badImage);
    await hint(true);

    expect(world.startedRollbacks).toEqual([
      {
        name: `${superseded}-rb-1`,
        input: { rolloutId: superseded, by: 'a person', reason: `superseded by ${badImage}` },
      },
    ]);
    expect(world.announcements.at(-1)).toMatchObject({ type: 'RolloutSuperseded', severity: 'warning' });
  });

  test('that asks for what is being rolled out already is refused', async () => {
    await apply({ onBusy: 'supersede' });
    await ask(goodImage);

    expect(await ask(goodImage)).toMatchObject({ outcome: 'rejected', reason: expect.stringContaining('already') });
    expect(world.startedRollbacks).toEqual([]);
  });

  test('for an image that is not there does not wait', async () => {
    await apply({ onBusy: 'queue' });
    await ask(goodImage);

    expect(await ask('999-0000000')).toMatchObject({ outcome: 'rejected' });
    expect(await world.store.waiting('web')).toBeUndefined();
  });

  test('whose start dies half-way is started by the next hint, under the same name', async () => {
    await apply({ onBusy: 'queue' });
    await ask(goodImage);
    await ask(badImage);
    await end();
    const { store, executions, installation, now } = world;
    const broken = {
      store,
      executions,
      installation,
      now,
      announcer: { announce: () => Promise.reject(new Error('no topic')) },
    };

    await expect(startWaiting({ service: 'web', isNews: false }, broken)).rejects.toThrow('no topic');
    expect(await hint(false)).toEqual({ outcome: 'started' });
    expect(world.started).toHaveLength(1);
  });
});

describe('reconciliation', () => {
  const run = (dryRun = false, ...services: readonly string[]) => reconcile({ services: [...services], dryRun }, world);

  test('leaves a service to the events that name a task definition', async () => {
    await apply({ taskDefinition: 'from-event' });

    expect(await run()).toEqual([
      { service: 'web', outcome: 'refused', reason: expect.stringContaining('start what you want by hand') },
    ]);
    expect(started()).toEqual([]);
  });

  test.each([{ dryrun: true }, { service: ['web'] }, 'web'])(
    'is not asked for with %j: it would start more than was meant',
    (input) => {
      expect(reconcileInput.safeParse(input).success).toBe(false);
    },
  );

  test('starts the newest image that fits and that no rollout knows, once', async () => {
    world.addImage('latest', digestOf('e'));
    expect(await run()).toMatchObject([{ service: 'web', outcome: 'started', image: `shop/web:${badImage}` }]);
    expect(await run()).toMatchObject([{ outcome: 'alreadyStarted' }]);
    expect(started()).toMatchObject([{ service: 'web', image: `shop/web:${badImage}@${digestOf('c')}` }]);
    expect(await openRollout({ ...openInput(), request: started()[0] }, world)).toMatchObject({ outcome: 'opened' });
  });

  test('says what it would start, and starts nothing', async () => {
    expect(await run(true)).toMatchObject([{ outcome: 'wouldStart', image: `shop/web:${badImage}` }]);
    expect(started()).toEqual([]);
  });

  test('leaves an image alone that a rollout knows, however that ended', async () => {
    const opened = await openRollout(openInput(badImage), world);
    const stored = await world.store.load(opened.outcome === 'opened' ? opened.rolloutId : '');
    if (stored === undefined) throw new Error('nothing was opened');
    expect(await run()).toMatchObject([{ outcome: 'busy' }]);
    await world.store.append(
      stored,
      [{ type: 'RolloutRejected', reason: 'x', results: [] }],
      world.now().toISOString(),
    );

    expect(await run()).toMatchObject([{ outcome: 'upToDate', reason: expect.stringContaining('knows it') }]);
    expect(started()).toEqual([]);
  });

  test('does not go back to what was pushed before the one that runs', async () => {
    const slot = world.slots.get('web-a');
    if (slot !== undefined) slot.digest = digestOf('c');
    world.images.delete(badImage);
    world.images.set('413-again00', { digest: digestOf('c'), tags: ['other'] });

    expect(await run()).toMatchObject([{ outcome: 'upToDate', reason: 'what runs was pushed later' }]);
  });

  test('refuses to guess, service by service', async () => {
    world.images.delete('411-3c9e1f0');
    world.actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupA, Order: 1 }]);

    expect(await run(false, 'shop', 'web')).toMatchObject([
      { service: 'shop', outcome: 'refused', reason: expect.stringContaining('No spec is applied') },
      { service: 'web', outcome: 'refused', reason: expect.stringContaining('the registry no longer has') },
    ]);
    expect(started()).toEqual([]);
  });
});
