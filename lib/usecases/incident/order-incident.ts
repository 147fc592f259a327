import { factsOfCaller, recognize } from '../../approval/judge-caller.ts';
import { callerFactsOf, deciderOf } from '../../rollout/decider.ts';
import type { IncidentDeed, IncidentOrder, OrderedIncident } from '../../ports/incident-orders.ts';
import type { IncidentRecord, StoredIncident } from '../../ports/incidents.ts';
import { incidentLevels, incidentSettings } from '../../specification/incident.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { againWhenStale } from '../ownership/again-when-stale.ts';
import { acknowledgeAlert } from '../people/acknowledge-alert.ts';
import { mostTries, openIncident, type OpenNeeds } from './open-incident.ts';
import { isWorse, tellRaised, withLevel } from './raise-incident.ts';
import { after, doerOf, tellClosed, tellCommander, tellOnce } from './tell-incident.ts';

type Doer = Omit<IncidentRecord['opened'], 'at'>;
type Deed<Wanted extends IncidentDeed['wanted']> = Extract<IncidentDeed, { wanted: Wanted }>;

/**
 * Carries out what is wanted of the incident of a service. Each deed counts once: it is named by its cause or its key, and the same order
 * again finishes what one that died has left. Without a caller it is Sluice that opens one, where the spec wants that.
 */
export async function orderIncident(order: IncidentOrder, world: OpenNeeds): Promise<OrderedIncident> {
  const { service, deed } = order;
  const applied = await world.store.spec(service);
  if (applied === undefined) return refused(`No spec is applied for service "${service}".`);
  const { spec } = applied;
  const doer = doerOfOrder(order, spec);
  if (doer === undefined) return orderOfSluice(order, spec, world);
  if (typeof doer === 'string') return refused(doer);
  if (deed.wanted === 'open') {
    // What a person says is never taken for another part of the product, which pages by itself and counts once.
    const { wanted, level, reason } = deed;
    return openIncident(service, spec, { opening: { wanted, level, reason, cause: 'person' }, doer }, world);
  }
  const stored = await world.incidents.incident(service);
  if (stored?.record.standing !== 'open') return noneOpen(service, stored?.record);
  const later = whyOutdated(order, stored.record, doer);
  if (later !== undefined) return refused(later);
  switch (deed.wanted) {
    case 'take':
      return take(service, deed, doer, world);
    case 'note':
      return note(stored.record, deed, doer, world);
    case 'update':
      return update(service, spec, deed, doer, world);
    case 'close':
      return close(service, deed, doer, world);
  }
}

function refused(reason: string): OrderedIncident {
  return { outcome: 'refused', reason };
}

/** Returns who gives an order; a text says why they cannot be who they say, `undefined` is Sluice itself. */
function doerOfOrder({ calling, signedIn, service }: IncidentOrder, spec: RolloutSpec): Doer | string | undefined {
  if (signedIn !== undefined) {
    const isPerson = spec.approvals.people.some(({ name }) => name === signedIn.name);
    if (!isPerson) return `The spec of ${service} names no person called "${signedIn.name}" any more.`;
    return { by: signedIn.name, how: 'verified' };
  }
  if (calling === undefined) return undefined;
  const { by, how, contradiction } = recognize(spec.approvals, calling);
  return contradiction ?? { by, how, ...factsOfCaller(calling.caller) };
}

function orderOfSluice({ service, deed }: IncidentOrder, spec: RolloutSpec, world: OpenNeeds) {
  if (deed.wanted !== 'open') return refused('A person alone does that.');
  if (incidentSettings(spec).isAutomatic)
    return openIncident(service, spec, { opening: deed, doer: { by: 'Sluice' } }, world);
  return refused(`The spec of ${service} opens no incident by itself: it has no \`incident\`.`);
}

/** Returns what has changed since a page was loaded so that its order would hit something else; `undefined` where nothing has. */
function whyOutdated({ deed, signedIn }: IncidentOrder, record: IncidentRecord, { by }: Doer): string | undefined {
  if (signedIn?.seen === undefined) return undefined;
  const { number, reopened, commander } = record;
  const { seen } = signedIn;
  const incident = `${String(number)}.${String(reopened)}`;
  const isSame = seen.startsWith(`${incident}.`);
  if (!isSame) return `The page showed an earlier incident than number ${String(number)}, which is open now.`;
  if (deed.wanted !== 'take') return whyWorse(deed, record, seen);
  if (`${seen}.`.startsWith(`${incident}.${String(commander?.nth ?? 0)}.`)) return undefined;
  // Who sent the same form twice is told nothing.
  if (commander === undefined || commander.by === (deed.to ?? by)) return undefined;
  return `${commander.by} has taken command since the page was loaded, at ${commander.at}.`;
}

/** What is raised after a page was loaded is neither closed nor lowered from that page. */
function whyWorse(deed: IncidentDeed, { level }: IncidentRecord, seen: string): string | undefined {
  const shown = incidentLevels.find((one) => one === seen.split('.')[3]);
  if (shown === undefined || !isWorse(level, shown)) return undefined;
  const isLowered = deed.wanted === 'update' && deed.level !== undefined && isWorse(level, deed.level);
  if (deed.wanted !== 'close' && !isLowered) return undefined;
  return `The incident was raised to ${level} since the page was loaded. Load it again.`;
}

function noneOpen(service: string, record: IncidentRecord | undefined): OrderedIncident {
  const last =
    record?.closed === undefined
      ? ''
      : ` Incident ${String(record.number)} was closed at ${record.closed.at} by ${record.closed.by}.`;
  const reason = `No incident of ${service} is open.${last} To open one: sluice incident open ${service} --severity P1 --reason "…"`;
  return { outcome: 'refused', reason };
}

/** Reads what is there, and writes what follows from it; nothing where nothing does. */
async function change(
  service: string,
  changed: (record: IncidentRecord) => IncidentRecord,
  { incidents }: OpenNeeds,
): Promise<StoredIncident | undefined> {
  return againWhenStale(mostTries, async () => {
    const before = await incidents.incident(service);
    if (before?.record.standing !== 'open') return undefined;
    const next = changed(before.record);
    return next === before.record ? before : incidents.putIncident(service, next, before);
  });
}

/** Takes what is open upon the commander, too, so that its reminders end; then says who commands. */
async function take(service: string, { to }: Deed<'take'>, doer: Doer, world: OpenNeeds): Promise<OrderedIncident> {
  const at = world.now().toISOString();
  const commands = (record: IncidentRecord): IncidentRecord => {
    const by = to ?? doer.by;
    if (record.commander?.by === by) return record;
    const from = record.commander?.by;
    // Whom it is handed to has proven nothing: the one who handed it has.
    const nth = (record.commander?.nth ?? 0) + 1;
    const { how, ...facts } = doer;
    const whom =
      by === doer.by ? doer : { by, how: 'command' as const, handedBy: deciderOf(doer.by, how, callerFactsOf(facts)) };
    const commander = { ...whom, at, nth, ...(from !== undefined && { from }) };
    return { ...record, commander };
  };
  const stored = await change(service, commands, world);
  const commander = stored?.record.commander;
  if (stored === undefined || commander === undefined) return noneOpen(service, stored?.record);
  const { record } = stored;
  const { by, how = 'command' } = commander;
  await acknowledgeAlert(record.toldIn, { by, how, ...callerFactsOf(commander) }, world);
  await tellCommander(record, world);
  return done(record, doer, `${by} commands incident ${String(record.number)} of ${service}.`);
}

async function note(
  record: IncidentRecord,
  { key, text, followUp }: Deed<'note'>,
  doer: Doer,
  world: OpenNeeds,
): Promise<OrderedIncident> {
  const { number } = record;
  const at = world.now().toISOString();
  const event = { type: 'IncidentNoted', ...doerOf({ ...doer, at }), number, key, text } as const;
  await tellOnce(record, followUp === true ? { ...event, followUp } : event, world);
  return done(record, doer, `It is in the timeline of incident ${String(number)}.`);
}

async function update(
  service: string,
  spec: RolloutSpec,
  { key, text, level, restored }: Deed<'update'>,
  doer: Doer,
  world: OpenNeeds,
): Promise<OrderedIncident> {
  const at = world.now().toISOString();
  const stored = await change(
    service,
    (record) => {
      const served = restored === true && record.restoredAt === undefined ? { restoredAt: at } : {};
      return withLevel({ ...record, ...served, updatedAt: at }, level ?? record.level, { ...doer, at }, text);
    },
    world,
  );
  if (stored === undefined) return noneOpen(service, undefined);
  const { record } = stored;
  const { number } = record;
  await tellRaised(record, spec, world);
  const nextBy = after(at, incidentSettings(spec).updateSeconds);
  const event = {
    type: 'IncidentUpdated',
    ...doerOf({ ...doer, at }),
    number,
    key,
    text,
    level: record.level,
  } as const;
  await tellOnce(record, { ...event, ...(restored === true && { restored }), nextBy }, world);
  return done(record, doer, `People hear it. The next update of incident ${String(number)} is due by ${nextBy}.`);
}

async function close(
  service: string,
  { reason }: Deed<'close'>,
  doer: Doer,
  world: OpenNeeds,
): Promise<OrderedIncident> {
  const at = world.now().toISOString();
  const stored = await change(
    service,
    (record) => ({ ...record, standing: 'closed', closed: { ...doer, at, reason } }),
    world,
  );
  if (stored === undefined) return noneOpen(service, (await world.incidents.incident(service))?.record);
  await tellClosed(stored.record, world);
  return done(stored.record, doer, `Incident ${String(stored.record.number)} of ${service} is closed.`);
}

function done({ number }: IncidentRecord, { by }: Doer, said: string): OrderedIncident {
  return { outcome: 'done', by, number, said };
}
