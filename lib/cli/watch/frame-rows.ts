import { formatDuration } from '../../specification/quantity.ts';
import { type Line, span, type Style, wrapped } from '../terminal/line.ts';
import { localTime, readable } from '../terminal/readable.ts';

/** How a frame is laid out. */
export interface FrameLayout {
  /** Infinity in a pipe: nothing is broken or cut off. */
  readonly columns: number;
  readonly timeZone: string;
  readonly now: Date;
  /** Lines that one text may take; further ones are cut off. Infinity where everything is printed. */
  readonly linesEach: number;
}

/** A part of a frame. Where a terminal has too few rows, the parts with the highest rank are left out first. */
export interface Section {
  readonly rank: number;
  readonly lines: readonly Line[];
}

const labelWidth = 9;

/** Returns a text beside its label, in as many lines as it takes. */
export function labelled(label: string, text: string, layout: FrameLayout, style?: Style): readonly Line[] {
  const room = Math.max(20, layout.columns - labelWidth);
  const lines = wrapped(readable(text, layout.timeZone), room);
  const shown = lines.slice(0, layout.linesEach);
  const isCut = shown.length < lines.length;
  return shown.map((line, index) => {
    const isLast = index === shown.length - 1;
    return [labelSpan(index === 0 ? label : ''), span(isCut && isLast ? `${line}…` : line, style)];
  });
}

/** Returns the column of labels of one line. */
export function labelSpan(label: string) {
  return span(label.padEnd(labelWidth), 'dim');
}

/** `2026-03-01 11:21:00 +01:00 (in 12m)` */
export function whenText(at: string, { timeZone, now }: FrameLayout): string {
  const seconds = Math.round((Date.parse(at) - now.getTime()) / 1000);
  const distance = coarse(Math.abs(seconds));
  return `${localTime(at, timeZone)} (${seconds >= 0 ? `in ${distance}` : `${distance} ago`})`;
}

/** A duration as people say it: no seconds where there are hours. */
export function coarse(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole >= 86_400) return formatDuration(whole - (whole % 3600));
  return formatDuration(whole >= 3600 ? whole - (whole % 60) : whole);
}
