import type { RecordedJudgement } from '../../lib/rollout/event-shapes.ts';

/** `1.2 %`, `48 ms`, `3`: a gate's value in the unit that its metric has. */
function gateValue({ unit }: RecordedJudgement, value: number | undefined): string {
  if (value === undefined) return '–';
  if (unit === 'seconds') return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(2)} s`;
  if (unit === 'share') return `${Number((value * 100).toFixed(value < 0.1 ? 2 : 1))} %`;
  return String(Math.round(value * 100) / 100);
}

/** One gate on one line: value, blue beside it, limits, verdict. */
export function gateLine(judged: RecordedJudgement): string {
  const { gate, outcome, green, blue, pass, abort, better } = judged;
  const [within, beyond] = better === 'higher' ? ['≥', '<'] : ['≤', '>'];
  const limits = `pass ${within} ${gateValue(judged, pass)}, abort ${beyond} ${gateValue(judged, abort)}`;
  return `${gate.padEnd(16)} ${outcome.padEnd(5)} green ${gateValue(judged, green).padEnd(8)} blue ${gateValue(judged, blue).padEnd(8)} ${limits}`;
}

/** `12:04:31`, local time. */
export function clock(at: string): string {
  return new Date(at).toTimeString().slice(0, 8);
}

/**
 * Text that is safe on a terminal: tags and reasons come from outside and may hold control sequences.
 */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is removed
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, ' ');
}
