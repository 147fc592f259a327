import type { HintKind } from '../faults/faults.ts';
import { asynchronous, streamRetriesOf } from './template.ts';

/** How often a delivery is tried again. Both answer the seconds until the next attempt, or `undefined` where there is none. */
export interface Budget {
  /** After an error of the function, by the number of errors before it and the age of the event in seconds. */
  readonly afterError: (errors: number, ageSeconds: number) => number | undefined;
  /** After the function could not be called: throttled, or Lambda was unavailable. */
  readonly afterRefusal: (refusals: number, ageSeconds: number) => number | undefined;
}

/** DynamoDB keeps the records of a stream for a day. */
const recordSeconds = 24 * 3600;
const growing = (count: number, longest: number) => Math.min(longest, 2 ** count);

/**
 * Asynchronous invocations, as the Lambda guide has them: an error of the function is tried again after one minute, and after two
 * more; what did not reach it is tried after 1 s, 2 s, and so on up to 5 minutes, until the event is too old.
 */
const byEvent: Budget = {
  afterError: (errors) => (errors < asynchronous.MaximumRetryAttempts ? 60 * (errors + 1) : undefined),
  afterRefusal: (refusals, age) => {
    const wait = growing(refusals, 300);
    return age + wait <= asynchronous.MaximumEventAgeInSeconds ? wait : undefined;
  },
};

/** A mapping's own limit counts errors of the function; a batch that did not reach it is tried until its records expire. */
const byStream = (retries: number): Budget => ({
  afterError: (errors, age) => (errors < retries && age < recordSeconds ? growing(errors + 1, 60) : undefined),
  afterRefusal: (refusals, age) => (age < recordSeconds ? growing(refusals, 60) : undefined),
});

const budgets: Readonly<Partial<Record<HintKind, Budget>>> = {
  stream: byStream(streamRetriesOf('PublishFromStream')),
  wake: byStream(streamRetriesOf('RelayHints')),
  turn: byStream(streamRetriesOf('RelayHints')),
};

/** Returns how often a delivery of this kind is tried. */
export function budgetOf(of: HintKind): Budget {
  return budgets[of] ?? byEvent;
}
