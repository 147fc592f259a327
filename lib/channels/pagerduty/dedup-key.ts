import type { EventType } from '../../rollout/events.ts';

/** What an alert is about: one kind of need of a rollout. `need` may be the event of another version. */
export interface AlertSubject {
  readonly rolloutId: string;
  readonly need: string;
}

/** The key of what concerns a whole rollout: versions up to 0.1.0 opened one alert for all of it. */
export function rolloutKey(stage: string, rolloutId: string): string {
  return `sluice/${stage}/${rolloutId}`;
}

/**
 * One alert for each kind of need of a rollout: a repetition has the key of the first, another need has its own. Names of services
 * and stages are short enough that it stays below the 255 characters that PagerDuty takes.
 */
export function alertKey(stage: string, rolloutId: string, need: EventType): string {
  return `${rolloutKey(stage, rolloutId)}/${need}`;
}

/** Returns what an alert of this stage is about; `undefined` for a key of anybody else, of another stage or of an older version. */
export function alertSubject(key: string, stage: string): AlertSubject | undefined {
  const prefix = `sluice/${stage}/`;
  if (!key.startsWith(prefix)) return undefined;
  const [, rolloutId, need] = /^([a-z0-9][a-z0-9-]{0,199})\/([A-Za-z]{1,60})$/.exec(key.slice(prefix.length)) ?? [];
  return rolloutId === undefined || need === undefined ? undefined : { rolloutId, need };
}
