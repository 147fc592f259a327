import * as z from 'zod';
import { type IncidentDeed, longestReason, longestSaid } from '../ports/incident-orders.ts';
import type { RolloutStore } from '../ports/rollout-store.ts';
import { incidentLevels } from '../specification/incident.ts';
import type { ChapterOrders } from '../usecases/people/order-chapters.ts';
import { askedPlace, formKeyOf, showsIncident } from './console-place.ts';
import { backTo, type PageAnswer } from './page.ts';
import type { ConsoleRequest } from './page-request.ts';
import { nothingDone, onceKey, postedForm, words } from './posted-form.ts';
import { nothingHere, personOf, signInPage, visitorOf, type VisitorNeeds } from './visitor.ts';

/** As much of the world as a person's part in an incident touches. */
export interface PostIncidentNeeds extends VisitorNeeds, Pick<ChapterOrders, 'orderIncident'> {
  readonly store: Pick<RolloutStore, 'spec'>;
  /** Address of the pages; its origin is the only one that may post. */
  readonly linksUrl: string;
}

const ticked = z.literal('yes').optional();
const level = z.enum(incidentLevels);
/** Nothing is chosen: the incident keeps the level that it has by then. */
const levelOrNone = level.or(z.literal('').transform(() => undefined)).optional();
const common = { nonce: z.string(), seen: z.string().max(60).optional() };

const form = z.discriminatedUnion('wanted', [
  z.object({ ...common, wanted: z.literal('open'), level, text: words(longestReason) }),
  z.object({ ...common, wanted: z.literal('take') }),
  z.object({ ...common, wanted: z.literal('hand'), to: z.string().max(200) }),
  z.object({ ...common, wanted: z.literal('note'), text: words(longestSaid), followUp: ticked }),
  z.object({ ...common, wanted: z.literal('update'), text: words(longestSaid), level: levelOrNone, restored: ticked }),
  z.object({ ...common, wanted: z.literal('close'), text: words(longestReason) }),
]);
type Form = z.output<typeof form>;

/** POST of an incident's page: does what a person of the spec in force who signed in wants, and leads back to the page. */
export async function postIncident(request: ConsoleRequest, world: PostIncidentNeeds): Promise<PageAnswer> {
  const { name: service } = request;
  const visitor = await visitorOf(request, world);
  if (visitor === undefined) return signInPage(askedPlace(request));
  const applied = showsIncident(request) ? await world.store.spec(service) : undefined;
  const person = applied && personOf(visitor, applied.spec);
  if (applied === undefined || person === undefined) return nothingHere('incident');
  const posted = postedForm(request, form, { formKey: formKeyOf(request), linksUrl: world.linksUrl });
  const back = { to: `${service}?show=incident`, what: 'the incident' };
  if ('refused' in posted) {
    const { text } = Object.fromEntries(new URLSearchParams(request.body));
    return nothingDone(posted.refused.status, posted.refused.reason, { ...back, written: text });
  }
  const { fields } = posted;
  const signedIn = { name: person.name, ...(fields.seen !== undefined && { seen: fields.seen }) };
  const ordered = await world.orderIncident({ service, deed: deedOf(fields), signedIn });
  const written = 'text' in fields ? fields.text : undefined;
  return ordered.outcome === 'refused' ? nothingDone(409, ordered.reason, { ...back, written }) : backTo(back.to);
}

function deedOf(fields: Form): IncidentDeed {
  switch (fields.wanted) {
    case 'open':
      return { wanted: 'open', level: fields.level, reason: fields.text, cause: 'person' };
    case 'take':
      return { wanted: 'take' };
    case 'hand':
      return { wanted: 'take', to: fields.to };
    case 'note': {
      const followUp = fields.followUp === 'yes' ? { followUp: true as const } : {};
      return keyed(fields, { wanted: 'note', text: fields.text, ...followUp });
    }
    case 'update': {
      const served = fields.restored === 'yes' ? { restored: true as const } : {};
      const graded = fields.level === undefined ? {} : { level: fields.level };
      return keyed(fields, { wanted: 'update', text: fields.text, ...graded, ...served });
    }
    case 'close':
      return { wanted: 'close', reason: fields.text };
  }
}

function keyed<Said extends object>({ nonce }: Form, said: Said): Said & { readonly key: string } {
  return { ...said, key: `page-${onceKey(nonce, said)}` };
}
