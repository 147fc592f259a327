import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { badImage, goodImage, type Journey, journeyTo, rollbackTo, withApprovals } from './journey.ts';
import { modelArns, modelSpec } from '../model/model-world.ts';
import { withGreenWeight } from '../../lib/drivers/rules/routing.ts';
import { answerApproval } from '../../lib/usecases/people/answer-approval.ts';
import { useCases, type UseCaseName } from './use-cases.ts';

const outcomeOf = (output: unknown) => z.object({ outcome: z.string() }).safeParse(output).data?.outcome;

/** A step's bake is over: what the metrics say decides it. */
async function baked(image = goodImage): Promise<Journey> {
  const journey = await journeyTo('shifted', { image });
  journey.world.time += 6000;
  return journey;
}

const onward = async (journey: Journey, ...names: readonly UseCaseName[]): Promise<Journey> => {
  for (const name of names) await useCases[name](journey, journey.world);
  return journey;
};

const withAfterRetention = modelSpec({ afterRetention: [{ name: 'contract', command: ['contract'] }] });
const stepped = { shape: 'stepped', stepped: { weights: [5] } };

/** A rollback that goes back in steps. */
async function stepping(): Promise<Journey> {
  const journey = await journeyTo('shifted', { spec: modelSpec({ rollback: stepped }) });
  journey.claim();
  return journey;
}

/** A rollback of sticky rules, after their stickiness. */
async function lapsed(): Promise<Journey> {
  const journey = await rollbackTo('confirmed', 'shifted', undefined, { sticky: 60 });
  journey.world.time += 61_000;
  return journey;
}

/** People have been asked, and one after the other says what is needed. */
async function asked(...answers: readonly ('approve' | 'reject')[]): Promise<Journey> {
  const journey = await onward(await journeyTo('checked', { spec: withApprovals() }), 'awaitApproval');
  const { people } = (await journey.stored()).state.spec.approvals;
  for (const [index, answer] of answers.entries()) {
    const person = people[index];
    if (person === undefined) throw new Error('too few people');
    await answerApproval(journey.rolloutId, person, answer, { how: 'link', reason: 'because' }, journey.world);
  }
  return journey;
}

/** The day is over. */
async function late(journey: Promise<Journey>): Promise<Journey> {
  (await journey).world.time += 86_400_000;
  return journey;
}

/** Where each use case is called, and what it answers there. */
const table: readonly (readonly [UseCaseName, string, () => Promise<Journey>, string | undefined])[] = [
  ['openRollout', 'a push', () => journeyTo('applied'), 'opened'],
  ['runPreCheck', 'the opening', () => journeyTo('opened'), undefined],
  ['judgePreChecks', 'the opening', () => journeyTo('opened'), 'passed'],
  ['rejectByPreChecks', 'the opening', () => journeyTo('opened'), 'rejected'],
  ['pinCapacity', 'the pre-checks', () => journeyTo('checked'), 'pinned'],
  ['provisionGreen', 'the pinning', () => journeyTo('pinned'), 'deployed'],
  [
    'judgePreChecks',
    'checks that need approval',
    () => journeyTo('opened', { spec: withApprovals() }),
    'needsApproval',
  ],
  ['judgePreChecks', 'the approval', () => asked('approve', 'approve', 'approve'), 'passed'],
  ['awaitApproval', 'the pre-checks', () => journeyTo('checked', { spec: withApprovals() }), 'asked'],
  ['resumeRollout', 'the approval', () => asked('approve', 'approve', 'approve'), undefined],
  ['resumeRollout', 'the rejection', () => asked('approve', 'reject'), undefined],
  ['expireApproval', 'a day without answers', () => late(asked('approve')), undefined],
  ['checkGreen', 'the deployment', () => journeyTo('deployed'), 'ready'],
  [
    'runBeforeTasks',
    'green is ready',
    () => journeyTo('ready', { spec: modelSpec({ before: [{ name: 'migrate', command: ['migrate'] }] }) }),
    'waiting',
  ],
  [
    'runAfterRetention',
    'the retirement',
    async () => onward(await journeyTo('finished', { spec: withAfterRetention }), 'retireBlue'),
    'waiting',
  ],
  ['verifyGreen', 'green being ready', () => journeyTo('ready'), 'verified'],
  ['openHeaderRoute', 'green being verified', () => journeyTo('verified'), 'open'],
  ['sizeGreen', 'the header route', () => journeyTo('routed'), 'sized'],
  ['shiftTraffic', 'the header route', () => journeyTo('routed'), 'shifted'],
  ['shiftTrafficAgain', 'the first step', () => journeyTo('stepPassed'), 'shifted'],
  ['analyseGreen', 'a good bake', () => baked(), 'stepPassed'],
  ['analyseGreen', 'a bad bake', () => baked(badImage), 'rollBack'],
  ['finishRollout', 'the last step', () => journeyTo('finishing'), 'succeeded'],
  [
    'runAfterChecks',
    'the last step',
    () => journeyTo('finishing', { spec: modelSpec({ after: ['cluster'] }) }),
    'passed',
  ],
  ['delayRollout', 'an error in a bake', () => journeyTo('shifted'), 'analyse'],
  ['delayRollout', 'an error while green is provisioned', () => journeyTo('checked'), 'provision'],
  ['requestRollback', 'an error', () => journeyTo('shifted'), 'requested'],
  ['planRestoration', 'the claim', () => rollbackTo('claimed'), 'restore'],
  ['restoreTraffic', 'the claim', () => rollbackTo('claimed'), 'restored'],
  ['confirmRestored', 'the restoration', () => rollbackTo('restored'), 'restored'],
  ['verifyBlue', 'the confirmation', () => rollbackTo('confirmed'), 'healthy'],
  ['stepBack', 'the claim', stepping, 'steppedBack'],
  ['restoreStickiness', 'the stickiness', lapsed, 'restored'],
  ['healthCheckBlue', 'the confirmation', () => rollbackTo('confirmed'), 'answered'],
  ['captureEvidence', 'the confirmation', () => rollbackTo('confirmed'), 'captured'],
  ['declareEmergency', 'the claim', () => rollbackTo('claimed'), 'declared'],
  ['restoreCapacity', 'the confirmation', () => rollbackTo('confirmed'), 'restored'],
  ['removeGreen', 'the confirmation', () => rollbackTo('confirmed'), 'removed'],
  ['closeRollback', 'the removal', async () => onward(await rollbackTo('confirmed'), 'removeGreen'), 'rolledBack'],
  ['checkRollback', 'the request', () => rollbackTo('requested'), 'rollingBack'],
  ['checkRollback', 'the end', async () => onward(await rollbackTo('confirmed'), 'closeRollback'), 'rolledBack'],
  [
    'watchTraffic',
    'a stray write',
    async () => {
      const journey = await onward(await rollbackTo('confirmed'), 'closeRollback');
      const { actions } = journey.world;
      const { rule, groupA, groupB } = modelArns;
      actions.set(rule, withGreenWeight(actions.get(rule) ?? [], { blue: groupA, green: groupB }, 30));
      return journey;
    },
    undefined,
  ],
  ['scaleDownBlue', 'a success', () => journeyTo('finished'), 'scaledDown'],
  ['retireBlue', 'a success', () => journeyTo('finished'), 'retired'],
  ['publishTransitions', 'a success', () => journeyTo('finished'), undefined],
  ['watchExecution', 'a stop after the success', () => journeyTo('finished'), 'retirementStarted'],
  [
    'checkLiveWeights',
    'a reset of the weights',
    async () => {
      const journey = await journeyTo('finished');
      const { actions } = journey.world;
      const { rule, groupA, groupB } = modelArns;
      actions.set(rule, withGreenWeight(actions.get(rule) ?? [], { blue: groupB, green: groupA }, 100));
      return journey;
    },
    undefined,
  ],
  [
    'watchAlarms',
    'a shift',
    () =>
      journeyTo('shifted', {
        spec: modelSpec({ alarms: ['shop-orders'] }),
        prepare: ({ alarmStates }) =>
          alarmStates.set('shop-orders', { name: 'shop-orders', isRinging: false, reason: '' }),
      }),
    undefined,
  ],
  ['receivePush', 'a push', () => journeyTo('applied'), undefined],
  ['receiveRequest', 'an event', () => journeyTo('applied'), undefined],
  ['reconcile', 'a lost event', () => journeyTo('applied'), undefined],
  ['startWaiting', 'a hint of nothing', () => journeyTo('applied'), 'none'],
];

describe('run twice, as after a lost answer', () => {
  test.each(table)('%s after %s does its work once and answers the same', async (name, _, at, outcome) => {
    const journey = await at();
    const before = [journey.facts(), await journey.transitions()];
    const first = await useCases[name](journey, journey.world);
    if (journey.rolloutId === '')
      journey.rolloutId = z.object({ rolloutId: z.string() }).safeParse(first).data?.rolloutId ?? '';
    const after = [journey.facts(), await journey.transitions()];
    journey.world.time += 1000;
    const second = await useCases[name](journey, journey.world);

    expect(outcomeOf(first)).toBe(outcome);
    expect(outcomeOf(second)).toBe(outcome);
    // A second look finds the weights that the first put right, which ends the emergency.
    const news = (await journey.transitions()).filter((type) => type !== 'WeightsAsRecorded');
    expect([journey.facts(), news]).toEqual(after);
    // What changes nothing at all needs no second look.
    const looksOnly = ['runPreCheck', 'checkRollback', 'sizeGreen', 'startWaiting', 'planRestoration'].includes(name);
    expect(JSON.stringify(before) === JSON.stringify(after)).toBe(looksOnly);
  });

  test('no use case is left out', () => {
    const files = readdirSync(new URL('../../functions/', import.meta.url), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => path.basename(file, '.ts'))
      .sort();
    const names = files.map((file) => file.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()));
    const covered = new Set<string>(table.map(([name]) => name));

    // The stream's function calls the same use case as the one that a machine calls; what is delivered and reminded of is run
    // twice by the simulation of notifications; a test message goes out as often as somebody asks for it.
    // Clicks and posts that come twice have tests of their own (test/console, test/channels/slack); looking changes nothing.
    // A call of the archive that is repeated writes nothing (test/storage/archive), an alteration that the record has is told nobody (report-alteration).
    // Calls of a release are repeated by its simulation (test/simulation/releases, test/releases).
    const elsewhere = [
      'actInConsole',
      'answerSlack',
      'archiveRecord',
      'bringBackGood',
      'deliver',
      'health',
      'hearPagerDuty',
      'keepMaintenance',
      'keepPage',
      'lookAtEmergency',
      'lookAtIncident',
      'openConsole',
      'openRelease',
      'orderEmergency',
      'publishFromStream',
      'raiseCapacity',
      'receiveHook',
      'relayHints',
      'remind',
      'reportAlteration',
      'reviveReleases',
      'showConsole',
      'showDecision',
      'signIn',
      'stepRelease',
      'takeDecision',
      'tellRelease',
      'testNotifications',
    ];
    expect(names.filter((name) => !covered.has(name))).toEqual(elsewhere);
  });
});
