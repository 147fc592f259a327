import * as z from 'zod';
import { optionalFlag, optionalText, text } from './event-shapes.ts';

/**
 * How a person was identified: `link` is the holder of a personal link, `verified` one whom an OIDC issuer or AWS vouches for,
 * `slack` a Slack member mapped to a person, `command` a caller of the command line who says who they are.
 */
export const identity = z.enum(['link', 'verified', 'slack', 'command']);
export type Identity = z.output<typeof identity>;

/** What AWS verified of the caller of a command. All of it is absent for links and Slack, and in older records. */
export const callerFacts = {
  /** ARN of the principal, as API Gateway verified its signature. */
  principal: optionalText,
  /** Several people may be this principal: a role whose callers choose the name of their session. */
  shared: optionalFlag,
  /** The command did not go through the stack's API: no principal was verified. */
  direct: optionalFlag,
};

/** Fields of an event that a person decided: who, how they were identified, and why, in their words. */
export const decider = { by: text, how: identity, reason: optionalText, ...callerFacts };

/** What AWS verified of the caller of a command. */
export interface CallerFacts {
  readonly principal?: string | undefined;
  readonly shared?: boolean | undefined;
  readonly direct?: boolean | undefined;
}

/** Who decided, how they were identified, and why, in their words. */
export interface Decider extends CallerFacts {
  readonly by: string;
  readonly how: Identity;
  readonly reason?: string | undefined;
}

/** Returns the facts of a caller that are known, for an event or a state. */
export function callerFactsOf({ principal, shared, direct }: CallerFacts): CallerFacts {
  return {
    ...(principal !== undefined && { principal }),
    ...(shared !== undefined && { shared }),
    ...(direct !== undefined && { direct }),
  };
}

/** How sure it is that it was that person; a record that did not say would claim more than is known. */
const said: Readonly<Record<Identity, string>> = {
  link: 'by personal link',
  verified: 'signed in',
  slack: 'by Slack',
  command: 'by command',
};

/** `Ana (by personal link)`, `Ana (verified by AWS as arn:…)`; holds text that users control. */
export function deciderOf(by: string, how: Identity | undefined, facts: CallerFacts = {}): string {
  return how === undefined ? by : `${by} (${wayOf(how, facts)})`;
}

function wayOf(how: Identity, { principal, shared = false, direct = false }: CallerFacts): string {
  if (direct) return `${said[how]}, without the API of the stack`;
  if (principal === undefined) return said[how];
  if (how === 'verified') return `verified by AWS as ${principal}`;
  return `${said[how]} of ${principal}${shared ? ', which several people may use' : ''}`;
}
