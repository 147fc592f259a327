import { heldPlaces } from '../../drivers/shapes/held-places.ts';
import type { Places } from '../../drivers/shapes/registry.ts';
import type { HoldersOfPlaces, Retention, RolloutStore } from '../../ports/rollout-store.ts';

/** A part of the record that says what other services hold. */
export type HoldersNeeds = Pick<RolloutStore, 'holders' | 'service' | 'load'>;

/** Something that a spec names although another service holds it. */
export interface SharedPlace {
  /** The other service. */
  readonly service: string;
  /** `listener rule arn:aws:…`, as the spec in question writes it. */
  readonly what: string;
  /** The rollout that goes on with an older version of the other service's spec; absent where the version in force names it. */
  readonly rolloutId?: string;
  /** Until when the version before that rollout is kept; absent while the rollout runs. */
  readonly keptUntil?: string;
}

/** What a spec shares with others, and the revision of all specs by which that was judged. */
export interface SharedPlaces extends Pick<HoldersOfPlaces, 'revision'> {
  /** One for each other service. */
  readonly shared: readonly SharedPlace[];
}

/**
 * Returns what a spec shares with other services: with the specs in force, with rollouts under way, and with rollouts whose version before
 * is kept. Two services would move the same traffic under locks of their own, and one could be rolled out by the approvals of the other.
 * A rollout restores, and removes, what the version of the spec names that it was opened with.
 * @param unreadable `skipped` for who may go on without what cannot be read; by default that is an error
 */
export async function sharedPlaces(
  spec: Places & { readonly service: string },
  store: HoldersNeeds,
  unreadable?: 'skipped',
): Promise<SharedPlaces> {
  const places = heldPlaces(spec);
  // Specs first: a rollout that opens after a spec has let go of a place is one of the spec that has.
  const { revision, holders } = await store.holders(unreadable);
  const found = await Promise.all(
    holders
      .filter(({ service }) => service !== spec.service)
      .map(async ({ service, holds }) => {
        const what = firstOf(holds, places);
        return what === undefined ? await heldByRollout(service, places, store, unreadable) : { service, what };
      }),
  );
  return { revision, shared: found.filter(isThere) };
}

async function heldByRollout(
  service: string,
  places: ReadonlyMap<string, string>,
  store: HoldersNeeds,
  unreadable?: 'skipped',
): Promise<SharedPlace | undefined> {
  try {
    const { lockedBy, retention } = await store.service(service);
    const running = await ofRollout(lockedBy, service, places, store);
    return running ?? (await ofKept(retention, service, places, store));
  } catch (error) {
    if (unreadable === 'skipped') return undefined;
    throw error;
  }
}

async function ofKept(
  retention: Retention | undefined,
  service: string,
  places: ReadonlyMap<string, string>,
  store: HoldersNeeds,
): Promise<SharedPlace | undefined> {
  const shared = await ofRollout(retention?.rolloutId, service, places, store);
  return shared && retention && { ...shared, keptUntil: retention.keptUntil };
}

async function ofRollout(
  rolloutId: string | undefined,
  service: string,
  places: ReadonlyMap<string, string>,
  store: HoldersNeeds,
): Promise<SharedPlace | undefined> {
  const stored = rolloutId === undefined ? undefined : await store.load(rolloutId);
  if (stored === undefined) return undefined;
  const what = firstOf([...heldPlaces(stored.state.spec).keys()], places);
  return what === undefined ? undefined : { service, what, rolloutId: stored.state.rolloutId };
}

function firstOf(held: readonly string[], places: ReadonlyMap<string, string>): string | undefined {
  return held.map((key) => places.get(key)).find(isThere);
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** Returns who holds a place, as the subject of a sentence, and what ends that: `The spec of web in force`. */
export function holderText({ service, rolloutId, keptUntil }: SharedPlace): {
  readonly who: string;
  readonly ends: string;
} {
  if (rolloutId === undefined) {
    return { who: `The spec of ${service} in force`, ends: `apply a spec of ${service} that names something else` };
  }
  return keptUntil === undefined
    ? {
        who: `Rollout ${rolloutId} of ${service}, which is under way,`,
        ends: `wait until rollout ${rolloutId} has ended`,
      }
    : {
        who: `The version of ${service} that rollout ${rolloutId} keeps until ${keptUntil}`,
        ends: `wait until it is removed, or roll out ${service} by its newest spec`,
      };
}
