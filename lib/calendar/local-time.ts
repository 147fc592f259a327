/** Milliseconds of a day without a change of clocks. */
export const dayMs = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  formats.set(zone, made);
  return made;
}

/** Returns what the clock on the wall of a zone shows, as milliseconds of the same reading in UTC. */
export function wallClock(instant: number, zone: string): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const of = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

/**
 * Returns the instant at which the clock on the wall of a zone shows a reading (milliseconds of the same reading in UTC). One that is
 * shown twice means the first time; one that is never shown, as clocks jump over it, is read by the offset before the jump (RFC 5545,
 * section 3.3.5).
 */
export function instantOf(reading: number, zone: string): number {
  const offsetAt = (instant: number) => wallClock(instant, zone) - Math.floor(instant / 1000) * 1000;
  const [before, after] = [offsetAt(reading - dayMs), offsetAt(reading + dayMs)];
  const shown = [reading - before, reading - after].filter((instant) => wallClock(instant, zone) === reading);
  return shown.length === 0 ? reading - before : Math.min(...shown);
}
