import * as z from 'zod';

/** What a state machine caught. */
export const stateError = z.object({ Error: z.string().default('unknown error'), Cause: z.string().default('') });
export type StateError = z.output<typeof stateError>;

/**
 * Names that AWS gives to a call that it refuses because there are too many; it says nothing about what was asked for. A state
 * machine puts the service before the name.
 */
const throttlingNames: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TooManyUpdates',
  'TransactionInProgressException',
]);

/** Errors of the rollout's own rules and code: the same call fails in the same way each time. */
const finalNames: ReadonlySet<string> = new Set([
  'IllegalTransition',
  'RangeError',
  'RecordAltered',
  'ReferenceError',
  'Refusal',
  'SyntaxError',
  'TypeError',
]);

/** Whether a call was refused because there are too many, by the name of its error. */
export function isThrottling(name: string): boolean {
  return throttlingNames.has(name.slice(name.lastIndexOf('.') + 1));
}

/** Whether the same call would fail again however often it is made. */
export function isFinal({ Error: name }: StateError): boolean {
  return finalNames.has(name);
}

/** The errors that a cause lists which tells of several calls, as JSON; `undefined` where it tells of one. */
function errorsIn(cause: string): readonly StateError[] | undefined {
  const parsed = z.array(stateError).min(1).safeParse(jsonIn(cause));
  return parsed.success ? parsed.data : undefined;
}

/** Whether the cause lists calls that failed, and the load balancer refused each of them because there were too many. */
export function isThrottledAlone({ Cause: cause }: StateError): boolean {
  const isOfBalancer = (name: string) => isThrottling(name) && !name.startsWith('Lambda.');
  return errorsIn(cause)?.every(({ Error: name }) => isOfBalancer(name)) ?? false;
}

/** Lambda puts the error's message into a JSON document; other services say it in plain words. */
export function readableError({ Error: name, Cause: cause }: StateError): string {
  const several = errorsIn(cause);
  if (several !== undefined) return [...new Set(several.map(readableError))].join('; ');
  const said = `${name}: ${messageIn(cause)}`;
  return isThrottling(name) ? `AWS throttles calls (${said})` : said;
}

function messageIn(cause: string): string {
  const parsed = z.object({ errorMessage: z.unknown() }).safeParse(jsonIn(cause));
  return parsed.success ? String(parsed.data.errorMessage) : cause;
}

/** What a text holds as JSON; `undefined` where it is a sentence. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}
