import type { StopScope } from '../ports/stops.ts';

/** Where things lie in the one table. Sequences are padded so that they sort as numbers. */
export const keys = {
  state: (rolloutId: string) => ({ pk: `ROLLOUT#${rolloutId}`, sk: 'STATE' }),
  event: (rolloutId: string, sequence: number) => ({ pk: `ROLLOUT#${rolloutId}`, sk: eventKey(sequence) }),
  announced: (rolloutId: string) => ({ pk: `ROLLOUT#${rolloutId}`, sk: 'ANNOUNCED' }),
  delivery: (rolloutId: string, channel: string) => ({ pk: `ROLLOUT#${rolloutId}`, sk: `DELIVERY#${channel}` }),
  wakeUp: (rolloutId: string, name: string) => ({ pk: `ROLLOUT#${rolloutId}`, sk: `WAKE#${name}` }),
  lock: (service: string) => ({ pk: `SERVICE#${service}`, sk: 'LOCK' }),
  retention: (service: string) => ({ pk: `SERVICE#${service}`, sk: 'RETENTION' }),
  summary: (service: string, rolloutId: string) => ({ pk: `SERVICE#${service}`, sk: `ROLLOUT#${rolloutId}` }),
  spec: (service: string) => ({ pk: `SERVICE#${service}`, sk: 'SPEC' }),
  specVersion: (service: string, version: number) => ({ pk: `SERVICE#${service}`, sk: `SPEC#${padded(version)}` }),
  specProposal: (service: string) => ({ pk: `SERVICE#${service}`, sk: 'PROPOSAL' }),
  waiting: (service: string) => ({ pk: `SERVICE#${service}`, sk: 'WAITING' }),
  stop: (scope: StopScope) => ({ pk: stopsOf(scope), sk: 'STOP' }),
  stopHistory: (scope: StopScope, at: string, what: 'BEGAN' | 'ENDED' | 'CANCELLED') => ({
    pk: stopsOf(scope),
    sk: `STOP#${at}#${what}`,
  }),
  attested: (service: string, digest: string) => ({ pk: `SERVICE#${service}`, sk: `ATTESTED#${digest}` }),
  maintenance: (service: string) => ({ pk: 'MAINTENANCE', sk: `SERVICE#${service}` }),
  maintenanceOrder: (service: string, revision: number) => ({
    pk: `SERVICE#${service}`,
    sk: `MAINTENANCE#${padded(revision)}`,
  }),
  emergency: (service: string) => ({ pk: 'EMERGENCY', sk: `SERVICE#${service}` }),
  plannedWork: (service: string) => ({ pk: 'PLANNED', sk: `SERVICE#${service}` }),
  incident: (service: string) => ({ pk: 'INCIDENT', sk: `SERVICE#${service}` }),
  hold: (service: string) => ({ pk: `SERVICE#${service}`, sk: 'HOLD' }),
  release: (releaseId: string) => ({ pk: `RELEASE#${releaseId}`, sk: 'STATE' }),
  // Not `EVENT#`: the publisher of transitions takes those from the stream.
  releaseEvent: (releaseId: string, sequence: number) => ({
    pk: `RELEASE#${releaseId}`,
    sk: `ENTRY#${padded(sequence)}`,
  }),
  releaseAnnounced: (releaseId: string) => ({ pk: `RELEASE#${releaseId}`, sk: 'ANNOUNCED' }),
  releaseOf: (release: string, releaseId: string) => ({ pk: `RELEASES#${release}`, sk: `RELEASE#${releaseId}` }),
  activeRelease: (releaseId: string) => ({ pk: 'RELEASES', sk: `RELEASE#${releaseId}` }),
  signIn: ({ at, id }: { readonly at: string; readonly id: string }) => ({ pk: 'SIGNINS', sk: `SIGNIN#${at}#${id}` }),
  person: (id: string) => ({ pk: 'PEOPLE', sk: `PERSON#${id}` }),
  known: (service: string) => ({ pk: 'SERVICES', sk: `SERVICE#${service}` }),
  specsRevision: () => ({ pk: 'SPECS', sk: 'REVISION' }),
  unsettled: (rolloutId: string) => ({ pk: 'UNSETTLED', sk: `ROLLOUT#${rolloutId}` }),
  subscriber: (repository: string, service: string) => ({ pk: `REPOSITORY#${repository}`, sk: `SERVICE#${service}` }),
} as const;

function padded(sequence: number): string {
  return String(sequence).padStart(8, '0');
}

function stopsOf({ service }: StopScope): string {
  return service === undefined ? 'STOPS' : `SERVICE#${service}`;
}

function eventKey(sequence: number): string {
  return `EVENT#${padded(sequence)}`;
}
