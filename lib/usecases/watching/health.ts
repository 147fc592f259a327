import type { QueueDepth, Vitals } from '../../ports/vitals.ts';
import { type Published, publishedSoFar } from '../notifying/published-so-far.ts';
import type { Part } from '../../ports/world.ts';

/** What one question about the stack found; `saw` is for people. */
interface Check {
  readonly name: 'record' | 'machines' | 'guard' | 'undelivered' | 'publishing';
  readonly passed: boolean;
  readonly saw: string;
}

/** Whether the stack could do its work, with all that was looked at. It names nothing but the stack's own parts. */
export interface Health {
  readonly status: 'ok' | 'failing';
  readonly stage: string;
  readonly version: string;
  readonly at: string;
  readonly checks: readonly Check[];
  readonly undelivered?: readonly QueueDepth[] | undefined;
  readonly published?: Published | undefined;
}

export interface HealthWorld extends Part<'installation' | 'now'> {
  readonly store: Pick<Part<'store'>['store'], 'services' | 'list' | 'announcedUpTo' | 'events'>;
  readonly vitals: Vitals;
  /** Of the product. */
  readonly version: string;
}

/** How late an announcement may be. */
const latestSeconds = 60;

/** `Health`: looks at everything at once. What does not answer is a check that failed, never an error of this. */
export async function health({ store, vitals, installation, version, now }: HealthWorld): Promise<Health> {
  const [record, publishing, machines, guard, undelivered] = await Promise.all([
    check(
      'record',
      () => store.services(),
      (services) => [true, `the table answers, ${services.length} services`],
    ),
    check(
      'publishing',
      () => publishedSoFar({ store }),
      (published) => judgePublished(published, now()),
    ),
    check('machines', () => vitals.machines(), judgeMachines),
    check(
      'guard',
      () => vitals.guard(),
      (state) => [state === 'ACTIVE', `the group of schedules is ${state}`],
    ),
    check('undelivered', () => vitals.undelivered(), judgeUndelivered),
  ]);
  const checks = [record, machines, guard, publishing, undelivered].map(({ found }) => found);
  return {
    status: checks.every(({ passed }) => passed) ? 'ok' : 'failing',
    stage: installation.stage,
    version,
    at: now().toISOString(),
    checks,
    undelivered: undelivered.answer,
    published: publishing.answer,
  };
}

type Finding = readonly [passed: boolean, saw: string];

async function check<Answer>(
  name: Check['name'],
  ask: () => Promise<Answer>,
  judge: (answer: Answer) => Finding,
): Promise<{ readonly found: Check; readonly answer?: Answer }> {
  try {
    const answer = await ask();
    const [passed, saw] = judge(answer);
    return { found: { name, passed, saw }, answer };
  } catch (error) {
    // The name alone: messages of AWS spell out accounts and roles.
    const saw = `no answer: ${error instanceof Error ? error.name : 'an error'}`;
    return { found: { name, passed: false, saw } };
  }
}

function judgeMachines(machines: Readonly<Record<string, string>>): Finding {
  const all = Object.entries(machines);
  const saw = all.map(([name, status]) => `${name} is ${status}`).join(', ');
  return [all.length > 0 && all.every(([, status]) => status === 'ACTIVE'), saw];
}

function judgeUndelivered(queues: readonly QueueDepth[]): Finding {
  const full = queues.filter(({ messages }) => messages > 0);
  const saw = full.map(({ queue, messages }) => `${messages} in ${queue}`).join(', ');
  return [full.length === 0, full.length === 0 ? 'nothing' : saw];
}

function judgePublished({ lastAt, waiting, oldestAt }: Published, now: Date): Finding {
  const last = lastAt === undefined ? 'nothing was announced yet' : `announced up to ${lastAt}`;
  if (oldestAt === undefined) return [true, last];
  const late = Math.round((now.getTime() - Date.parse(oldestAt)) / 1000);
  return [late <= latestSeconds, `${last}, ${waiting} waiting, the oldest for ${late} s`];
}
