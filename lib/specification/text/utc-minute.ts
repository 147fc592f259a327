/** Returns a time in ISO 8601 as people read it, to the minute, such as `2026-03-01 10:00 UTC`; a text that is no time as it is. */
export function utcMinute(at: string): string {
  const instant = Date.parse(at);
  return Number.isNaN(instant) ? at : `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
