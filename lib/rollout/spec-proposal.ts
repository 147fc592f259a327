import * as z from 'zod';
import { storedSpec } from '../specification/stored-spec.ts';
import { number, text } from './event-shapes.ts';
import { givenApproval } from './people-state.ts';
import { requester } from './requester.ts';

/** A spec that changes who approves, and waits for the approval of those whom the version in force names. */
export const specProposal = z
  .object({
    spec: storedSpec,
    /** The version in force when it was proposed: it is void once another one is. */
    follows: number,
    /** Who proposed it, as approvals compare it with people. */
    requestedBy: text,
    requester: requester.optional(),
    /** The same for people to read. */
    proposedBy: text,
    at: text,
    /** When it is void, ISO 8601. */
    until: text,
    given: z.array(givenApproval).readonly(),
    /** Grows with each write. */
    revision: number,
  })
  .readonly();
export type SpecProposal = z.output<typeof specProposal>;
