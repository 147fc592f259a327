/** A time as the record writes it; not one that stands behind an option of a command, which takes it as it is. */
const instants = /(?<!--[a-z-]+ )\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z/g;

/** Returns a text with its times as people read them: `2026-03-01 10:00 UTC`, with seconds where they are not zero. */
export function readableTimes(text: string): string {
  return text.replaceAll(instants, (at) => {
    const [day, time] = [at.slice(0, 10), at.slice(11, 19)];
    return `${day} ${time.endsWith(':00') ? time.slice(0, 5) : time} UTC`;
  });
}
