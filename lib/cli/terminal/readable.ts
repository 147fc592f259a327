const utcTime = /\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z/g;
const digest = /\bsha256:([0-9a-f]{12})[0-9a-f]{52}\b/g;

/** Returns a text with its times in the reader's zone, and digests as short as people compare them. */
export function readable(text: string, timeZone: string): string {
  return text
    .replaceAll(utcTime, (whole) => localTime(whole, timeZone))
    .replaceAll(digest, (_, beginning: string) => `sha256:${beginning}`);
}

/** `2026-03-01 11:00:00 +01:00`; a text that is no time stays as it is. */
export function localTime(at: string, timeZone: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(date)
      .map(({ type, value }) => [type, value]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  const offset = of('timeZoneName').replace('GMT', '');
  return `${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}:${of('second')} ${offset === '' ? '+00:00' : offset}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Made once a zone: making one takes longer than a frame. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const [numeric, twoDigits] = ['numeric', '2-digit'] as const;
  const made = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, year: numeric, month: twoDigits, day: twoDigits },
    ...{ hour: twoDigits, minute: twoDigits, second: twoDigits, hourCycle: 'h23', timeZoneName: 'longOffset' },
  });
  formats.set(timeZone, made);
  return made;
}
