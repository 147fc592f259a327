import type { ReportDocument } from './document.ts';
import { tableOr } from './document.ts';
import type { LiveVersion, SeenLive } from './live-version.ts';

const none = '–';

/** Returns what is live as rows for people, their heading first. */
export function liveRows(versions: readonly LiveVersion[]): readonly (readonly string[])[] {
  return [
    ['Service', 'Live', 'Since', 'Requested by', 'Rollout', 'Seen', 'Under way'],
    ...versions.map(({ service, version, digest, rollout, running, seen }) => [
      service,
      version ?? digest ?? 'not known',
      rollout?.since ?? 'before the first rollout',
      rollout?.requestedBy ?? none,
      rollout === undefined ? none : `${rollout.rolloutId}${rollout.goesBack ? ' (went back)' : ''}`,
      seenText(seen),
      running === undefined
        ? none
        : `${running.image}: ${running.text || 'running'}, green gets ${running.askedWeight} %`,
    ]),
  ];
}

/** Returns what is live as a document, for a wiki or a file in a repository. */
export function liveDocument(versions: readonly LiveVersion[], stage: string, now: Date): ReportDocument {
  const [head = [], ...rows] = liveRows(versions);
  return {
    title: `What is live in ${stage}`,
    summary: `As of ${now.toISOString()}. A file like this is out of date as soon as something changes: sluice live asks again.`,
    sections: [{ heading: 'Services', blocks: [tableOr('No service has a spec.', head, rows)] }],
  };
}

/** Returns in words whether ECS and the load balancer show what the record has. */
function seenText(seen: SeenLive): string {
  switch (seen.is) {
    case 'asRecorded':
      return `as recorded, in slot ${seen.slot}`;
    case 'otherwise':
      return `OTHERWISE: ${seen.what}`;
    case 'unknown':
      return `unknown: ${seen.what}`;
    case 'underWay':
      return seen.what;
  }
}
