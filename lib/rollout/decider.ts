import * as z from 'zod';
import { optionalText, text } from './event-shapes.ts';

/**
 * How a person was identified: `link` is the holder of a personal link, `verified` one who signed in at an OIDC issuer besides,
 * `slack` a Slack member mapped to a person, `command` a caller whom AWS lets write to the record.
 */
export const identity = z.enum(['link', 'verified', 'slack', 'command']);
export type Identity = z.output<typeof identity>;

/** Fields of an event that a person decided: who, how they were identified, and why, in their words. */
export const decider = { by: text, how: identity, reason: optionalText };

/** Who decided, how they were identified, and why, in their words. */
export interface Decider {
  readonly by: string;
  readonly how: Identity;
  readonly reason?: string | undefined;
}

/** How sure it is that it was that person; a record that did not say would claim more than is known. */
const said: Readonly<Record<Identity, string>> = {
  link: 'by personal link',
  verified: 'signed in',
  slack: 'by Slack',
  command: 'by command',
};

/** `Ana (by personal link)`; holds text that users control. */
export function deciderOf(by: string, how: Identity | undefined): string {
  return how === undefined ? by : `${by} (${said[how]})`;
}
