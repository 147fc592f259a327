import type { Retention, RolloutStore, StoredSpec } from '../ports/rollout-store.ts';
import { isActive } from '../rollout/phase.ts';
import { changeLine, specDifference } from './spec-difference.ts';
import { type RolloutStatus, statusOf, statusText } from './status.ts';

/** One rollout in the history of a service. */
export interface HistoryRow {
  readonly rolloutId: string;
  readonly image: string;
  readonly standing: RolloutStatus;
  readonly text: string;
  readonly openedAt: string;
  /** `undefined` while it runs, and where the record does not say. */
  readonly closedAt: string | undefined;
  readonly requestedBy: string;
  readonly reason: string | undefined;
}

/** One applied version of a spec, with what it changed in the one before. */
export interface SpecVersionRow {
  readonly version: number;
  readonly appliedBy: string;
  readonly appliedAt: string;
  /** One line each; empty for the first one that is shown. */
  readonly changes: readonly string[];
}

/** A service: its rollouts, its specs, and what is kept of the version before. */
export interface ServiceView {
  readonly service: string;
  readonly inForce: StoredSpec;
  readonly history: readonly HistoryRow[];
  readonly versions: readonly SpecVersionRow[];
  readonly kept: Retention | undefined;
}

type Store = Pick<RolloutStore, 'load' | 'list' | 'spec' | 'specVersions' | 'service'>;

/** As many as a person looks through; the command line has them all. */
const mostRollouts = 20;
const mostVersions = 10;

/** Reads a service in two calls in a row; `undefined` where no spec of that name is applied. */
export async function readService(service: string, store: Store): Promise<ServiceView | undefined> {
  const [inForce, rollouts, versions, { retention }] = await Promise.all([
    store.spec(service),
    store.list(service, mostRollouts),
    store.specVersions(service, mostVersions + 1),
    store.service(service),
  ]);
  if (inForce === undefined) return undefined;
  const loaded = await Promise.all(rollouts.map(({ rolloutId }) => store.load(rolloutId)));
  const history = loaded.flatMap((stored): readonly HistoryRow[] => {
    if (stored === undefined) return [];
    const { rolloutId, image, openedAt, closedAt, requestedBy, reason } = stored.state;
    return [
      {
        ...{ rolloutId, image: image.tag ?? image.digest, openedAt, requestedBy, reason },
        closedAt: isActive(stored.state) ? undefined : closedAt,
        standing: statusOf(stored.state),
        text: statusText(stored.state),
      },
    ];
  });
  return { service, inForce, history, versions: versionRows(versions), kept: retention };
}

function versionRows(versions: readonly StoredSpec[]): readonly SpecVersionRow[] {
  return versions.slice(0, mostVersions).map(({ version, appliedBy, appliedAt, spec }, index) => {
    const before = versions[index + 1];
    const changes = before === undefined ? [] : specDifference(before.spec, spec).map(changeLine);
    return { version, appliedBy, appliedAt, changes };
  });
}
