import { inUnit, turnOf, turned, unitOfGate } from '../../analysis/direction.ts';
import { stretchSeconds, valueOf } from '../../calibration/limit-breaks.ts';
import { type OwnMinute, quantileOf } from '../../calibration/own-minutes.ts';
import { html, type Markup } from '../../console/html.ts';
import type { SpecGate } from '../../specification/gate.ts';
import type { Calibrated } from './calibration-view.ts';

const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** Columns of the chart on a terminal. */
const columns = 60;

/** The worst of what a service did in one part of the time; `undefined` where nothing is known. */
function worstIn(gate: SpecGate, minutes: readonly OwnMinute[], { from, to }: Span, parts: number) {
  const groups = Array.from({ length: parts }, (): OwnMinute[] => []);
  for (const minute of minutes) groups[Math.floor(((minute.at - from) / (to - from)) * parts)]?.push(minute);
  const turn = turnOf(gate);
  return groups.map((group) => {
    // Ten minutes together, as one error of ten requests is no 10 %.
    const stretches = new Map<number, OwnMinute[]>();
    for (const one of group) {
      const at = Math.floor(one.at / stretchSeconds);
      stretches.set(at, [...(stretches.get(at) ?? []), one]);
    }
    const values = [...stretches.values()].flatMap((stretch) => valueOf(gate, stretch) ?? []);
    const worst = quantileOf(values.map(turn), 1);
    return worst === undefined ? undefined : turn(worst);
  });
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** A line a gate: the worst ten minutes of each part of the time, up to the abort limit. */
export function terminalChart({ spec, question, calibration }: Calibrated): readonly string[] {
  const lines = spec.gates.flatMap((gate): readonly string[] => {
    const worst = worstIn(gate, calibration.past.minutes, question, columns);
    if (worst.every((value) => value === undefined)) return [];
    const [turn, { abort }] = [turnOf(gate), turned(gate)];
    const bar = worst.map((value) => (value === undefined ? ' ' : block(turn(value), abort))).join('');
    return [
      `  ${gate.name.padEnd(Math.max(...spec.gates.map(({ name }) => name.length)))}  ${bar}  full: ${inUnit(unitOfGate(gate))(gate.abort)}`,
    ];
  });
  return lines.length === 0 ? [] : ['The worst ten minutes over time, a full block at the abort limit:', ...lines];
}

function block(value: number, full: number): string {
  if (value <= 0) return blocks[0];
  const part = full > 0 ? value / full : 1;
  return blocks[Math.min(blocks.length - 1, Math.floor(part * blocks.length))] ?? ' ';
}

const width = 760;
const height = 170;
const left = 84;
const right = 90;
const top = 30;
const bottom = 26;
const parts = 168;

/** The same as a picture: one gate below the other, with both limits. */
export function svgChart({ spec, question, calibration }: Calibrated): string {
  const shown = spec.gates.flatMap((gate): readonly Gate[] => {
    const values = worstIn(gate, calibration.past.minutes, question, parts);
    return values.some((value) => value !== undefined) ? [{ gate, values }] : [];
  });
  const whole = Math.max(1, shown.length) * height + 40;
  const title = `${spec.service}: the worst ten minutes of each hour or so, with the limits of its gates`;
  return `${
    html`<svg
      xmlns="http://www.w3.org/2000/svg"
      viewBox="0 0 ${width} ${whole}"
      font-family="sans-serif"
      font-size="12"
    >
      <title>${title}</title>
      <rect width="100%" height="100%" fill="white" />
      <text x="16" y="22" font-size="14" font-weight="bold">${title}</text>
      ${shown.map((one, index) => panel(one, question, 34 + index * height))}
    </svg>`.text
  }\n`;
}

interface Gate {
  readonly gate: SpecGate;
  readonly values: readonly (number | undefined)[];
}

function panel({ gate, values }: Gate, { from, to }: Span, offset: number): Markup {
  const said = inUnit(unitOfGate(gate));
  const most = Math.max(gate.pass, gate.abort, ...values.map((value) => value ?? 0)) * 1.05 || 1;
  const x = (part: number) => round(left + (part / parts) * (width - left - right));
  const y = (value: number) => round(offset + height - bottom - (value / most) * (height - top - bottom));
  const bars = values.flatMap((value, part) => {
    if (value === undefined) return [];
    const wide = round((width - left - right) / parts);
    return [
      html`<rect x="${x(part)}" y="${y(value)}" width="${wide}" height="${round(y(0) - y(value))}" fill="#3d5a80" />`,
    ];
  });
  return html`<text x="16" y="${offset + 20}" font-weight="bold">${gate.name}</text>
    <line x1="${left}" x2="${width - right}" y1="${y(0)}" y2="${y(0)}" stroke="#999" />
    <text x="${left - 6}" y="${y(0)}" text-anchor="end">0</text>${bars} ${limitLine('pass', gate.pass, '#e07a5f')}
    ${limitLine('abort', gate.abort, '#c1121f')}
    <text x="${left}" y="${offset + height - 8}" fill="#555">${iso(from)}</text>
    <text x="${width - right}" y="${offset + height - 8}" text-anchor="end" fill="#555">${iso(to)}</text>`;

  function limitLine(name: string, value: number, colour: string): Markup {
    const at = y(value);
    return html`<line
        x1="${left}"
        x2="${width - right}"
        y1="${at}"
        y2="${at}"
        stroke="${colour}"
        stroke-dasharray="5 3"
      />
      <text x="${width - right + 4}" y="${round(at + 4)}" fill="${colour}">${name} ${said(value)}</text>`;
  }
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
