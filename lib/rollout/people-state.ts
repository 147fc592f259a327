import * as z from 'zod';
import { callerFacts, identity } from './decider.ts';
import { flag, number, optionalNumber, optionalText, text, texts } from './event-shapes.ts';

/** Something that people are asked, or may do, at one moment of a rollout; a link is for one of them. */
export const decisionPoint = z.union([
  z.literal('approval'),
  /** Commands, for as long as the rollout runs; what is possible is decided when it is used. */
  z.literal('control'),
  z.templateLiteral(['hold-', number]),
  z.templateLiteral(['control-', number]),
  z.templateLiteral(['task-', number]),
]);
export type DecisionPoint = z.output<typeof decisionPoint>;

/** What a person decided, kept so that a second visit can say so. */
const decision = z
  .object({
    point: decisionPoint,
    answer: z.enum([
      'approved',
      'rejected',
      'promoted',
      'promotedFully',
      'paused',
      'resumed',
      'aborted',
      'ranAgain',
      'wentOn',
    ]),
    by: text,
    how: identity,
    at: text,
    reason: optionalText,
  })
  .readonly();
export type Decision = z.output<typeof decision>;

/** One approval of a quorum. */
export const givenApproval = z.object({ name: text, roles: texts, how: identity, at: text, ...callerFacts }).readonly();

/** What is true of a rollout because of people: fields of its state. */
export const peopleFacts = {
  approval: z
    .object({
      /** Since when people are asked; they may answer before that. */
      requestedAt: optionalText,
      until: optionalText,
      given: z.array(givenApproval).readonly(),
      grantedAt: optionalText,
    })
    .readonly()
    .optional(),
  /** Who approved alone in an emergency, and who has reviewed that since. */
  brokenGlass: z
    .object({ by: text, at: text, ...callerFacts, reviewedBy: optionalText })
    .readonly()
    .optional(),
  /** Rules that people wrote without Sluice, the oldest first, and who has reviewed that since. */
  directUses: z
    .array(
      z
        .object({
          ...{ at: text, actor: text, source: z.enum(['file', 'cloudtrail']), by: text },
          ...callerFacts,
          reviewedBy: optionalText,
        })
        .readonly(),
    )
    .readonly()
    .optional(),
  /** The decision that a bake held at its cap waits for. */
  asked: z.object({ step: number, since: text, until: text }).readonly().optional(),
  paused: z.object({ by: text, at: text }).readonly().optional(),
  /** Milliseconds for which the step under way was paused, without the present pause. */
  pausedMs: optionalNumber,
  promotion: z.object({ step: number, full: flag, by: text }).readonly().optional(),
  /** Grows with each command: a control link is for one state of affairs. */
  commands: optionalNumber,
  /** Newest last; the record has all of them. */
  decisions: z.array(decision).readonly().optional(),
};
export type PeopleState = Readonly<z.output<z.ZodObject<typeof peopleFacts>>>;

const mostDecisions = 40;

/** The decision point of a link that lets its holder command the rollout as it is now. */
export function controlPoint({ commands = 0 }: Pick<PeopleState, 'commands'>): DecisionPoint {
  return `control-${commands}`;
}

/** The decision point of a bake that is held at its cap in a step. */
export function holdPoint(step: number): DecisionPoint {
  return `hold-${step}`;
}

/** The decision point of a task that nobody knows the end of, by how many runs were begun before. */
export function taskPoint(runs: number): DecisionPoint {
  return `task-${runs}`;
}

/** Returns the state after a pause, whose time counts for no deadline. */
export function afterPause(state: PeopleState, at: string): Partial<PeopleState> {
  const { asked, paused } = state;
  const pause = paused === undefined ? 0 : Math.max(0, Date.parse(at) - Date.parse(paused.at));
  const until = asked && new Date(Date.parse(asked.until) + pause).toISOString();
  return {
    paused: undefined,
    pausedMs: pausedMs(state, at),
    ...(asked === undefined || until === undefined ? {} : { asked: { ...asked, until } }),
  };
}

type Deciding = Pick<Decision, 'by' | 'how' | 'reason'>;

/** What a bake that is held at its cap asks for; any other command leaves that question open. */
const endsHold: readonly Decision['answer'][] = ['promoted', 'promotedFully', 'aborted'];

/** The same for a task. */
const endsTask: readonly Decision['answer'][] = ['ranAgain', 'wentOn', 'aborted'];

interface AskingTask {
  readonly askedTask?: { readonly number: number } | undefined;
}

/** Returns the state after a person's command. */
export function commanded(
  state: PeopleState & AskingTask,
  answer: Decision['answer'],
  by: Deciding,
  at: string,
): Partial<PeopleState> {
  const { asked, askedTask, paused } = state;
  const isAnswer = asked !== undefined && paused === undefined && endsHold.includes(answer);
  const usual = isAnswer ? holdPoint(asked.step) : controlPoint(state);
  const point = askedTask !== undefined && endsTask.includes(answer) ? taskPoint(askedTask.number) : usual;
  return { commands: (state.commands ?? 0) + 1, ...decided(state, point, answer, by, at) };
}

/** Returns the state after a person's decision at a point. */
export function decided(
  { decisions = [] }: PeopleState,
  point: DecisionPoint,
  answer: Decision['answer'],
  { by, how, reason }: Deciding,
  at: string,
): Partial<PeopleState> {
  const made: Decision = { point, answer, by, how, at, ...(reason === undefined ? {} : { reason }) };
  return { decisions: [...decisions, made].slice(-mostDecisions) };
}

/** Milliseconds of the step under way that do not count because it was paused. */
export function pausedMs({ paused, pausedMs: before = 0 }: PeopleState, at: string): number {
  return before + (paused === undefined ? 0 : Math.max(0, Date.parse(at) - Date.parse(paused.at)));
}
