import { widthOf } from '../terminal/width.ts';
import { printable } from '../../specification/text/plain-text.ts';
import type { ServiceRow } from '../../view/service-row.ts';
import { waitsForPerson } from '../../view/status.ts';
import { cell, type Line, span, type Style } from '../terminal/line.ts';
import { readable } from '../terminal/readable.ts';

/** Widest columns of names; a longer one is cut off. */
const widestService = 24;
const widestImage = 20;

/** Returns one line a service under a heading: what serves, and what runs. Those that need a person come first. */
export function serviceLines(rows: readonly ServiceRow[], timeZone: string): readonly Line[] {
  const ordered = rows.toSorted((left, right) => urgency(left) - urgency(right));
  const images = ordered.map(({ live }) => readable(live ?? '–', timeZone));
  const serviceWidth = columnsOf(['SERVICE', ...rows.map(({ service }) => service)], widestService);
  const imageWidth = columnsOf(['LIVE', ...images], widestImage);
  const head = `${cell('SERVICE', serviceWidth)}  ${cell('LIVE', imageWidth)}  ROLLOUT`;
  return [
    [span(head, 'dim')],
    ...ordered.map((row, index): Line => {
      const names = `${cell(row.service, serviceWidth)}  ${cell(images[index] ?? '', imageWidth)}  `;
      return [span(names), span(readable(runningText(row), timeZone), styleOf(row))];
    }),
  ];
}

/** Returns what runs of a service, or how its newest rollout ended. */
export function runningText({ running, last }: ServiceRow): string {
  if (running !== undefined) {
    const { image, text, step, steps, askedWeight } = running;
    const where = step === 0 ? '' : `, step ${step} of ${steps}, ${askedWeight} %`;
    return `${image}: ${text}${where}`;
  }
  if (last === undefined) return 'none yet';
  const ends = { succeeded: 'succeeded', rolledBack: 'rolled back', rejected: 'rejected' };
  const how = Object.entries(ends).find(([phase]) => phase === last.phase)?.[1] ?? last.phase;
  return `last: ${last.image} ${how}, opened ${last.openedAt}`;
}

function urgency({ running }: ServiceRow): number {
  if (running === undefined) return 2;
  return waitsForPerson(running.standing) ? 0 : 1;
}

function styleOf({ running, last }: ServiceRow): Style | undefined {
  if (running === undefined) return last?.phase === 'rolledBack' ? 'yellow' : 'dim';
  if (waitsForPerson(running.standing) || running.standing === 'rollingBack') return 'red';
  return 'cyan';
}

function columnsOf(texts: readonly string[], most: number): number {
  return Math.min(most, Math.max(...texts.map((text) => widthOf(printable(text)))));
}
