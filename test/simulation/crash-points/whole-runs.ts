import { everyChannel } from '../../channels/inbox-channels.ts';
import type { Fault } from '../faults/faults.ts';
import { alarmName, approver, type Scenario, scenarioOf } from '../scenario.ts';
import { modelArns, modelSpec } from '../../model/model-world.ts';

/** A run whose every effect is a point to crash at. */
export interface WholeRun {
  readonly scenario: Scenario;
  /** What happens in it that is not a crash. */
  readonly faults: readonly Fault[];
}

const spec = (overrides: Readonly<Record<string, unknown>> = {}) =>
  modelSpec({
    traffic: [{ rule: modelArns.rule }],
    period: '60s',
    lag: '60s',
    analysis: { history: '10m' },
    minimumRequests: 50,
    steps: [
      { weight: 20, bake: '2m' },
      { weight: 100, bake: '2m' },
    ],
    timeouts: { hold: '10m', provisionGreen: '5m' },
    retention: { keepFullFor: '10m', keepFor: '30m' },
    ...overrides,
  });

/** Everything goes to green in one step: blue has no requests that an evaluation could compare with. */
const atOnce = [{ weight: 100, bake: '2m' }];

const usual: Scenario = {
  ...scenarioOf(1),
  ...{
    spec: spec(),
    version: 'good',
    nextVersion: 'good',
    requestsPerSecond: 100,
    tasks: 2,
    isScaled: true,
    byHand: false,
    stickySeconds: 0,
  },
};

/** Together they go through every state of every machine; a test says which one they miss. */
export const wholeRuns: Readonly<Record<string, WholeRun>> = {
  'a good version': { scenario: usual, faults: [] },
  'a bad version': { scenario: { ...usual, version: 'bad' }, faults: [] },
  'a listener’s default action': {
    scenario: { ...usual, version: 'bad', spec: spec({ traffic: [{ listener: modelArns.listener }] }) },
    faults: [],
  },
  'a green that never comes up': { scenario: { ...usual, version: 'crashing' }, faults: [] },
  'a version that nobody can start, and a chat that hears of it': {
    scenario: {
      ...usual,
      version: 'crashing',
      spec: spec({ notifications: { channels: everyChannel.filter(({ name }) => name === 'chat') } }),
    },
    faults: [],
  },
  'a rollback that somebody asks for': { scenario: usual, faults: [{ kind: 'asked-back', at: 300 }] },
  'an alarm that goes off': {
    scenario: { ...usual, spec: spec({ alarms: [alarmName] }) },
    faults: [{ kind: 'alarm', from: 300, seconds: 120 }],
  },
  'an execution that is stopped': { scenario: usual, faults: [{ kind: 'stopped', machine: 'rollout', at: 300 }] },
  'an execution that is stopped at its end': {
    scenario: usual,
    faults: [{ kind: 'stopped-in', state: 'FinishRollout', nth: 1, milliseconds: 5 }],
  },
  'a rollback in steps, of sticky rules': {
    scenario: {
      ...usual,
      ...{ stickySeconds: 120, byHand: true },
      spec: spec({ rollback: { shape: 'stepped', stepped: { weights: [10], pause: '20s' } } }),
    },
    faults: [{ kind: 'asked-back', at: 300 }],
  },
  'a blue that grows meanwhile': {
    scenario: usual,
    faults: [{ kind: 'autoscaling', slot: 'a', to: 5, at: 60 }],
  },
  'two requests at once, of which one finds the service taken': {
    scenario: usual,
    faults: [{ kind: 'second-push', at: 0 }],
  },
  'a request that waits': {
    scenario: { ...usual, spec: spec({ onBusy: 'supersede' }) },
    faults: [{ kind: 'second-push', at: 300 }],
  },
  'an approval, a pause and an abort': {
    scenario: { ...usual, seed: 4, spec: spec({ approvals: approver }) },
    faults: [
      { kind: 'command', what: 'pause', at: 1_200 },
      { kind: 'command', what: 'abort', at: 1_500 },
    ],
  },
  'an approval that nobody gives': {
    scenario: { ...usual, spec: spec({ approvals: { ...approver, within: '10s' } }) },
    faults: [],
  },
  'a return to the version that is kept': { scenario: usual, faults: [{ kind: 'return', at: 1_000 }] },
  'pre-checks that fail': {
    scenario: { ...usual, spec: spec({ image: { repository: 'shop/web', tagPattern: '^v' } }), byHand: true },
    faults: [],
  },
  'rules that cannot be put back': {
    scenario: { ...usual, version: 'bad' },
    faults: [{ kind: 'throttling', part: 'router', from: 250, seconds: 600 }],
  },
  'a blue that is not healthy': {
    scenario: usual,
    faults: [
      { kind: 'asked-back', at: 300 },
      { kind: 'unhealthy', slot: 'blue', all: true, from: 302, seconds: 1_000 },
    ],
  },
  'a bad version while blue cannot serve': {
    scenario: { ...usual, version: 'bad', spec: spec({ steps: atOnce }) },
    faults: [{ kind: 'unhealthy', slot: 'blue', all: true, from: 250, seconds: 600 }],
  },
  'a default action that no function reads': {
    scenario: { ...usual, version: 'bad', spec: spec({ traffic: [{ listener: modelArns.listener }] }) },
    faults: [1, 2].map((nth) => ({ kind: 'invocation-lost', function: 'PlanRestoration', nth, ran: false }) as const),
  },
  'a default action that no function reads, while blue cannot serve': {
    scenario: { ...usual, version: 'bad', spec: spec({ steps: atOnce, traffic: [{ listener: modelArns.listener }] }) },
    faults: [
      { kind: 'killed', function: 'PlanRestoration', nth: 1, effect: 1, when: 'before', always: true, stops: false },
      { kind: 'unhealthy', slot: 'blue', all: true, from: 250, seconds: 400 },
    ],
  },
  'a table that is lost for an hour': {
    scenario: usual,
    faults: [
      { kind: 'outage', of: 'dynamodb', answer: 'refused', from: 295, seconds: 4_000 },
      { kind: 'stopped', machine: 'rollout', at: 300 },
    ],
  },
  'a table that is lost while a default action is shared': {
    scenario: { ...usual, spec: spec({ traffic: [{ listener: modelArns.listener }] }) },
    faults: [
      { kind: 'outage', of: 'dynamodb', answer: 'refused', from: 295, seconds: 400 },
      { kind: 'stopped', machine: 'rollout', at: 300 },
    ],
  },
  'traffic that is taken from a version that has succeeded, and an attempt to roll it back': {
    scenario: usual,
    faults: [
      { kind: 'foreign', what: 'blue-all', at: 1_000 },
      { kind: 'asked-back', at: 1_005 },
    ],
  },
  'a rollback that a person closes': {
    scenario: usual,
    faults: [
      { kind: 'asked-back', at: 300 },
      { kind: 'unhealthy', slot: 'blue', all: true, from: 302, seconds: 1_000 },
      { kind: 'closed', at: 600 },
    ],
  },
  'a publisher that always fails': {
    scenario: { ...usual, seed: 4, spec: spec({ approvals: approver }) },
    faults: [
      { kind: 'killed', function: 'PublishFromStream', nth: 4, effect: 3, when: 'after', always: true, stops: false },
    ],
  },
  'an approval while no execution can be reached': {
    scenario: { ...usual, seed: 4, spec: spec({ approvals: approver }) },
    faults: [{ kind: 'access-lost', of: 'step-functions', from: 109, seconds: 9_258 }],
  },
  'a rule that gets a login': {
    scenario: { ...usual, version: 'bad' },
    faults: [{ kind: 'rule-edit', what: 'login', at: 189 }],
  },
  'a rollback that is stopped': {
    scenario: { ...usual, version: 'bad' },
    faults: [{ kind: 'stopped-in', state: 'VerifyBlue', nth: 1, milliseconds: 5 }],
  },
  'a rollout whose last watch had passed': {
    scenario: usual,
    faults: [
      { kind: 'killed', function: 'FinishRollout', nth: 1, effect: 1, when: 'before', always: false, stops: true },
    ],
  },
  'a function that always fails': {
    scenario: usual,
    faults: [
      { kind: 'killed', function: 'VerifyGreen', nth: 1, effect: 1, when: 'before', always: true, stops: false },
    ],
  },
  'a function that always fails, and the one that would wait for it': {
    scenario: { ...usual, spec: spec({ timeouts: { hold: '10m', provisionGreen: '5m', guard: '1h' } }) },
    faults: [
      { kind: 'killed', function: 'VerifyGreen', nth: 1, effect: 1, when: 'before', always: true, stops: false },
      { kind: 'killed', function: 'DelayRollout', nth: 1, effect: 1, when: 'before', always: true, stops: false },
    ],
  },
  'functions that cannot be called in the rollback': {
    scenario: { ...usual, version: 'bad' },
    faults: [
      { kind: 'killed', function: 'RemoveGreen', nth: 1, effect: 1, when: 'before', always: true, stops: false },
    ],
  },
};
