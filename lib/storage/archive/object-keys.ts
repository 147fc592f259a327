import type { WrittenOnce } from '../../ports/record-archive.ts';

/** Where the checkpoints lie; the archived items lie beside it. */
export const checkpointFolder = 'checkpoints/';
/** Where the sign-ins lie. */
export const signInFolder = 'sign-ins/';

const ofItem: readonly (readonly [pk: RegExp, sk: RegExp, key: (pk: string, sk: string, end: string) => string])[] = [
  [/^ROLLOUT#(.+)$/, /^EVENT#(\d+)$/, (rollout, number) => eventKey(rollout, number)],
  [/^RELEASE#(.+)$/, /^ENTRY#(\d+)$/, (release, number) => `releases/${release}/events/${number}.json`],
  [/^SERVICE#(.+)$/, /^SPEC#(\d+)$/, (service, number) => `services/${service}/specs/${number}.json`],
  [/^SERVICE#(.+)$/, /^MAINTENANCE#(\d+)$/, (service, number) => `services/${service}/maintenance/${number}.json`],
  [
    /^SERVICE#(.+)$/,
    /^STOP#(.+)#(BEGAN|ENDED|CANCELLED)$/,
    (service, at, end) => `services/${service}/stops/${stopName(at, end)}`,
  ],
  [/^(STOPS)$/, /^STOP#(.+)#(BEGAN|ENDED)$/, (_, at, end) => `stops/${stopName(at, end)}`],
  [/^(SIGNINS)$/, /^SIGNIN#(.+)#([\w-]+)$/, (_, at, id) => `${signInFolder}${at.replaceAll(':', '')}-${id}.json`],
];

/** Returns the key of an item in the archive, the same for the same item; `undefined` for an item that is not archived. */
export function objectKey({ pk, sk }: WrittenOnce): string | undefined {
  for (const [ofPk, ofSk, key] of ofItem) {
    const [, first] = ofPk.exec(pk) ?? [];
    const [, second, end = ''] = ofSk.exec(sk) ?? [];
    if (first !== undefined && second !== undefined) return key(first, second, end);
  }
  return undefined;
}

/** The folder of the events of a rollout. */
export function eventFolder(rolloutId: string): string {
  return `rollouts/${rolloutId}/events/`;
}

/** The key of an event. */
export function eventKey(rolloutId: string, sequence: number | string): string {
  return `${eventFolder(rolloutId)}${String(sequence).padStart(8, '0')}.json`;
}

/** Returns the event whose key this is; `undefined` for another key. */
export function eventAt(key: string): { readonly rolloutId: string; readonly sequence: number } | undefined {
  const [, rolloutId, number] = /^rollouts\/([^/]+)\/events\/(\d{8,})\.json$/.exec(key) ?? [];
  if (rolloutId === undefined || eventKey(rolloutId, Number(number)) !== key) return undefined;
  return { rolloutId, sequence: Number(number) };
}

const digits = 10;
const behindAll = 10 ** digits - 1;

/** The key of a checkpoint. It begins with a number that falls, so that a list of the folder has the newest first. */
export function checkpointKey(number: number): string {
  const text = (one: number) => String(one).padStart(digits, '0');
  return `${checkpointFolder}${text(behindAll - number)}-${text(number)}.json`;
}

/** Returns the number of the checkpoint whose key this is; `undefined` for another key. */
export function checkpointAt(key: string): number | undefined {
  const number = Number(/-(\d{10})\.json$/.exec(key)?.[1]);
  return number > 0 && checkpointKey(number) === key ? number : undefined;
}

/** A time with colons is no name of a file everywhere. */
function stopName(at: string, end: string): string {
  return `${at.replaceAll(':', '')}-${end.toLowerCase()}.json`;
}
