import { setTimeout as sleep } from 'node:timers/promises';
import type { EmergencyRecord } from '../../lib/ports/emergencies.ts';
import { sample } from '../sample/sample-names.ts';
import { refusedRights } from '../stack/refused-rights.ts';
import type { Answer } from './answers.ts';
import type { Chapter, Drill, Harmed } from './drill.ts';
import { lastUnservedAt, type OrderFigures, pageFigures, versionsSince } from './measure.ts';
import { bound, leadIncident } from './people.ts';
import { type Bound, type DrillReport, seconds } from './report.ts';

/** An emergency of a drill is over long before, or something is wrong. */
const overWithinMs = 420_000;
const propagatedWithinMs = 20_000;
/** Users are watched for so long after the page has gone. */
const watchedMs = 4_000;
/** From the declaration until users are served; the clock is that of the clients. */
const restoredWithinMs = 120_000;

/** What was seen of an emergency until it was over. */
interface Ended {
  readonly record: EmergencyRecord;
  /** When the page was ordered and when its end was, by the record's clock, epoch milliseconds. */
  readonly pageAt: number | undefined;
  readonly endAt: number | undefined;
}

/** Lets the harm be done, watches the emergency to its end, leads its incident, and measures. @throws Error where the emergency does not begin or end */
export async function runChapter({ name, what, begin }: Chapter, drill: Drill): Promise<DrillReport> {
  const { stack, answers, neighbour } = drill;
  const { emergencies } = stack.clients;
  const before = (await emergencies.emergency(sample.service))?.record.number ?? 0;
  const refusedBefore = (await refusedRights(stack.aws.emulator.endpoint)).length;
  const neighbourBefore = neighbour.report();
  const harmed = await begin(drill);
  const ended = await untilOver(drill, before);
  await untilPropagated(drill);
  await stack.truth.behave();
  await sleep(watchedMs);
  const { record } = ended;
  const figures = await figuresOf(ended, drill);
  const people = await leadIncident(drill, record.toldIn, harmed.at);
  const { requests, failed } = neighbour.report();
  const beside = { requests: requests - neighbourBefore.requests, failed: failed - neighbourBefore.failed };
  const restored = restoredOf(harmed.at, record, answers);
  const broughtBack = versionsSince(answers, Date.now() - watchedMs);
  const refused = (await refusedRights(stack.aws.emulator.endpoint)).slice(refusedBefore);
  return {
    ...{ name, what, declaredBy: record.by },
    untilDeclaredMs: Date.parse(record.since) - harmed.at,
    page: figures?.page ?? null,
    end: figures?.end ?? null,
    restoredMs: restored,
    requests: countsOf(answers, harmed.at),
    ...{ neighbour: beside, broughtBack, toldMs: people.toldMs },
    bounds: [
      ...pageBounds(figures),
      bound(
        'the neighbour sees no failed request',
        beside.requests > 0 && beside.failed === 0,
        `${beside.failed} of ${beside.requests}`,
      ),
      ...recordBounds(record, before, broughtBack, harmed),
      bound(
        'users are served within 2 minutes of the declaration',
        restored.sinceDeclared <= restoredWithinMs,
        seconds(restored.sinceDeclared),
      ),
      ...people.bounds,
      bound(
        'no role lacked a right',
        refused.length === 0,
        refused.map(({ principal, action }) => `${principal} ${action}`).join(', ') || 'none did',
      ),
    ],
  };
}

async function untilOver({ stack, isOver }: Drill, before: number): Promise<Ended> {
  const { emergencies, store } = stack.clients;
  const deadline = performance.now() + overWithinMs;
  let pageAt: number | undefined;
  for (;;) {
    const record = (await emergencies.emergency(sample.service))?.record;
    const page = (await store.maintenance(sample.service))?.record;
    if (page?.wanted === 'on') pageAt = Date.parse(page.at);
    const isNew = record !== undefined && record.number > before;
    if (isNew && record.standing === 'over') {
      const endAt = pageAt !== undefined && page?.wanted === 'off' ? Date.parse(page.at) : undefined;
      return { record, pageAt, endAt };
    }
    if (isOver() || performance.now() > deadline) {
      const saw = isNew ? `it waits: ${record.waitsFor ?? 'for its first look'}` : 'none began';
      throw new Error(`the emergency is not over: ${saw}. See .sluice/logs/emulator.log`);
    }
    await sleep(300);
  }
}

async function untilPropagated({ stack }: Drill): Promise<void> {
  const deadline = performance.now() + propagatedWithinMs;
  while ((await stack.truth.changes()).some(({ nodesAt }) => nodesAt.includes(null)) && performance.now() < deadline)
    await sleep(200);
}

type Figures = ReturnType<typeof pageFigures> | undefined;

async function figuresOf({ pageAt, endAt }: Ended, { stack, answers }: Drill): Promise<Figures> {
  if (pageAt === undefined || endAt === undefined) return undefined;
  const { ruleArn } = stack.service;
  const changes = (await stack.truth.changes()).filter(({ arn }) => arn !== ruleArn);
  return pageFigures({ page: pageAt, end: endAt }, changes, answers);
}

function pageBounds(figures: Figures): readonly Bound[] {
  const within = (what: string, order: OrderFigures | undefined) =>
    bound(
      what,
      order !== undefined && order.boundMs !== null && order.usersMs <= order.boundMs,
      order === undefined ? 'it was not ordered' : `${seconds(order.usersMs)} of ${seconds(order.boundMs)}`,
    );
  return [
    within('users get the page within the propagation and 2 s of its order', figures?.page),
    within('users get answers within the propagation and 2 s of the end of the page', figures?.end),
  ];
}

function recordBounds(
  { number, ended, attempts }: EmergencyRecord,
  before: number,
  broughtBack: readonly string[],
  { lastKnownGood }: Harmed,
): readonly Bound[] {
  const came = attempts.map(({ outcome = 'under way' }) => outcome).join(', ') || 'none';
  const isServed = ended?.outcome === 'served' && ended.by === 'Sluice';
  return [
    bound(
      'one emergency began, and it ended by itself',
      number === before + 1 && isServed,
      `number ${number - before}, ${ended?.outcome ?? 'not ended'} by ${ended?.by ?? 'nobody'}`,
    ),
    bound(
      'the last known good version serves, without a person',
      broughtBack.join() === lastKnownGood && came === 'succeeded',
      `${broughtBack.join(', ') || 'nothing'} serves, ${lastKnownGood} was meant; attempts: ${came}`,
    ),
  ];
}

function restoredOf(
  harmedAt: number,
  { since }: EmergencyRecord,
  answers: readonly Answer[],
): DrillReport['restoredMs'] {
  const at = lastUnservedAt(answers, harmedAt) ?? harmedAt;
  return { sinceDeclared: Math.max(0, at - Date.parse(since)), sinceHarm: at - harmedAt };
}

function countsOf(answers: readonly Answer[], from: number): DrillReport['requests'] {
  const own = answers.filter(({ sentAt }) => sentAt >= from);
  const count = (wanted: Answer['kind']) => own.filter(({ kind }) => kind === wanted).length;
  return { served: count('served'), page: count('page'), failed: count('failed') };
}
