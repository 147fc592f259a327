import type { Message } from './message.ts';
import { readableTimes } from '../specification/text/readable-times.ts';
import { subjectLine } from './subject-line.ts';

/** A message in the order in which people read it; renderers clean and escape what stands here. */
export interface Body {
  readonly subject: string;
  readonly what: string;
  /** To be shown as they are, each on a line. */
  readonly commands: readonly string[];
  /** A table: users, gates, reasons, what comes next. */
  readonly rows: readonly (readonly [name: string, value: string])[];
  /** Who, when and which, for the small print. */
  readonly origin: readonly (readonly [name: string, value: string])[];
}

/** Returns the parts of a message for people. A reason that stands in a sentence already is not repeated. */
export function bodyOf({ forPeople, ...message }: Message): Body {
  const { what, next, who, image, at, rolloutId, kind, severity, service, stage, isForCustomers = false } = message;
  const { headline, commands, users, gates, reasons } = forPeople;
  const isTest = kind === 'test';
  const told: string[] = [what];
  const once = (text: string): string => {
    if (told.some((one) => one.includes(text))) return '';
    told.push(text);
    return text;
  };
  const why = reasons.map((line) => ['Why', once(line)] as const);
  const rows = [
    ['Users', users] as const,
    ...gates.map(
      ({ gate, outcome, isAdvisory, green, blue, limits, evidence, reason }) =>
        [
          gate,
          [
            `${outcome}${isAdvisory ? ' (advisory)' : ''}: green ${green}, blue ${blue}; ${limits}`,
            ...(evidence === '' || told.some((one) => one.includes(evidence)) ? [] : [evidence]),
            once(reason),
          ]
            .filter((part) => part !== '')
            .join('; '),
        ] as const,
    ),
    ...why,
    ['Next', next] as const,
  ];
  return {
    subject: subjectLine({
      sign: isTest ? 'TEST' : isForCustomers ? 'notice' : severity,
      service,
      stage,
      headline,
      tag: isTest ? '' : image,
    }),
    what: readableTimes(what),
    commands,
    rows: rows.filter(([, value]) => value.trim() !== '').map(([name, value]) => [name, readableTimes(value)]),
    origin: isForCustomers
      ? [['When', readableTimes(at)]]
      : [
          ['Who', who],
          ['Image', image],
          // To the millisecond, as the record has it: several transitions may share a second.
          ['When', at],
          ['Rollout', rolloutId],
        ],
  };
}
