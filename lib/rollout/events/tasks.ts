import * as z from 'zod';
import { decider, deciderOf } from '../decider.ts';
import { int, number, optionalNumber, optionalText, text, texts, time } from '../event-shapes.ts';
import { commanded } from '../people-state.ts';
import { runsBegun, taskStage, withChange, withRun } from '../task-runs.ts';
import { defineEvent } from './define-event.ts';
import { later } from './step-text.ts';

const task = { stage: taskStage, task: text };
/** Before traffic, and after the former blue is retired. */
const either = ['verifying', 'succeeded'] as const;
const oneRun = { ...task, run: int };

/** Recorded before ECS is asked, so that a call that is repeated is known to be one. */
const taskBegun = defineEvent({
  type: 'TaskBegun',
  when: 'a task of the spec is about to run',
  detail: z.object({ ...oneRun, command: texts, within: number, key: optionalText }),
  allowedIn: either,
  progress: true,
  severity: 'info',
  inHead: true,
  evolve: ({ tasks }, { stage, task: name, run, key }, at) => ({
    tasks: withRun(tasks, { stage, task: name, run, status: 'begun', at, ...(key !== undefined && { key }) }),
  }),
  says: ({ task: name, run }) => `Task ${name} begins${run > 1 ? `, run ${run}` : ''}.`,
  why: ({ command }) => [`Its command: ${command.join(' ')}`],
  next: ({ within }, { at }) => `It may run until ${later(at, within)}.`,
});

const taskStarted = defineEvent({
  type: 'TaskStarted',
  when: 'ECS has started it',
  detail: z.object({ ...oneRun, arn: text }),
  allowedIn: either,
  progress: true,
  // Its time begins here: a start that was refused for a while costs none of it.
  evolve: ({ tasks }, { stage, task: name, arn }, at) => ({
    tasks: withChange(tasks, { stage, task: name }, { status: 'running', arn, at }),
  }),
  says: ({ task: name, arn }) => `Task ${name} runs as ${arn}.`,
});

const taskPassed = defineEvent({
  type: 'TaskPassed',
  when: 'its container has ended with exit code 0',
  detail: z.object({ ...oneRun, seconds: number, logs: optionalText }),
  allowedIn: either,
  progress: true,
  severity: 'info',
  inHead: true,
  evolve: ({ tasks }, { stage, task: name }) => ({
    tasks: withChange(tasks, { stage, task: name }, { status: 'passed' }),
  }),
  says: ({ task: name, seconds }, { spec }) =>
    `Task ${name} ended with exit code 0 after ${seconds} s.${
      spec.before?.some((one) => one.name === name && one.compatible === false) === true
        ? ' The old version does not work with what it changed: the rollback is not safe.'
        : ''
    }`,
  why: ({ logs }) => (logs === undefined ? [] : [`Its last lines are in ${logs}`]),
  next: 'The next task begins, or green is verified.',
});

const taskSkipped = defineEvent({
  type: 'TaskSkipped',
  when: 'it has passed before, with this image and this command',
  detail: z.object({ ...task, rolloutId: text, key: text }),
  allowedIn: either,
  progress: true,
  severity: 'info',
  inHead: true,
  evolve: ({ tasks }, { stage, task: name, key }, at) => ({
    tasks: withRun(tasks, { stage, task: name, run: 0, status: 'skipped', at, key }),
  }),
  says: ({ task: name, rolloutId }) => `Task ${name} is not run: it passed with this image in rollout ${rolloutId}.`,
  why: ['The spec runs it once per digest.'],
  next: 'The next task begins, or green is verified.',
});

const taskFailed = defineEvent({
  type: 'TaskFailed',
  short: 'a task failed',
  when: 'it has failed: before traffic that ends the rollout, later the task is left undone',
  detail: z.object({ ...oneRun, reason: text, exitCode: optionalNumber, logs: optionalText }),
  allowedIn: either,
  severity: 'warning',
  closes: ['TaskDecisionRequested'],
  evolve: ({ tasks }, { stage, task: name }) => ({
    askedTask: undefined,
    tasks: withChange(tasks, { stage, task: name }, { status: 'failed' }),
  }),
  says: ({ task: name, reason }) => `Task ${name} failed: ${reason}.`,
  why: ({ logs }) => (logs === undefined ? [] : [`Its last lines are in ${logs}`]),
  next: ({ stage }) =>
    stage === 'before'
      ? 'Green is removed; it had no traffic.'
      : 'Users stay where they are. What the task was to do is left undone.',
});

const taskDecisionRequested = defineEvent({
  type: 'TaskDecisionRequested',
  short: 'a task needs a decision',
  when: 'nobody knows whether it did its work: a person decides',
  detail: z.object({
    ...oneRun,
    reason: text,
    /** Names of those who got a link. */
    asked: texts,
    until: time,
    logs: optionalText,
  }),
  allowedIn: either,
  asks: ['task'],
  severity: 'warning',
  opens: true,
  needsPerson: true,
  evolve: ({ tasks }, { stage, task: name, until, reason }, at) => ({
    tasks: withChange(tasks, { stage, task: name }, { status: 'unknown' }),
    askedTask: { stage, task: name, number: runsBegun(tasks), since: at, until, reason },
  }),
  says: ({ task: name, reason, asked, until }) =>
    `Task ${name} needs a person's decision until ${until}: ${reason}.${asked.length === 0 ? '' : ` Asked: ${asked.join(', ')}.`}`,
  why: ({ reason, logs }) => [`${reason}.`, ...(logs === undefined ? [] : [`Its last lines are in ${logs}`])],
  next: ({ stage, until }, { state: { rolloutId } }) =>
    stage === 'before'
      ? `Run it again: sluice retry ${rolloutId}. Go on without it: sluice promote ${rolloutId}. End the rollout: sluice abort ${rolloutId}. Green gets no traffic meanwhile. Without a decision the rollout ends at ${until}.`
      : `Run it again: sluice retry ${rolloutId}. Leave it: sluice promote ${rolloutId}. Users are not touched. Without a decision it is left undone at ${until}.`,
});

const taskDecided = defineEvent({
  type: 'TaskDecided',
  deed: 'decided about a task',
  when: 'a person runs it again, or goes on without it',
  detail: z.object({ ...task, answer: z.enum(['again', 'goOn']), ...decider }),
  allowedIn: either,
  aside: true,
  severity: 'info',
  closes: ['TaskDecisionRequested'],
  evolve: (state, event, at) => ({
    ...commanded(state, event.answer === 'again' ? 'ranAgain' : 'wentOn', event, at),
    askedTask: undefined,
    tasks: withChange(state.tasks, event, { status: event.answer === 'again' ? 'again' : 'goneOn' }),
  }),
  says: ({ by, how, task: name, answer, reason, ...facts }) =>
    `${deciderOf(by, how, facts)} ${answer === 'again' ? `runs task ${name} again` : `goes on without task ${name}`}${
      reason === undefined || reason === '' ? '.' : `: ${reason}`
    }`,
  why: ({ reason }) => (reason === undefined ? [] : [reason]),
  next: 'The rollout acts on it at its next evaluation.',
});

/** One-off tasks of green's own task definition. */
export const tasks = [
  taskBegun,
  taskStarted,
  taskPassed,
  taskSkipped,
  taskFailed,
  taskDecisionRequested,
  taskDecided,
] as const;
