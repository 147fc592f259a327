import type { GateTrend } from './gate-trend.ts';
import { plain } from './plain.ts';

const colours: Readonly<Record<GateTrend['outcome'], string>> = { pass: '#1b6b32', hold: '#b36b00', fail: '#b00020' };

/** Returns the colour of the worst outcome, for a bar beside the trends; their words say the outcome, too. */
export function trendColour(trends: readonly Pick<GateTrend, 'outcome'>[]): string {
  const worst = (['fail', 'hold'] as const).find((one) => trends.some(({ outcome }) => outcome === one)) ?? 'pass';
  return colours[worst];
}

/** Returns the values of each gate over the last evaluations, as bars of text: three lines a gate, to be shown with a fixed pitch. */
export function trendText(trends: readonly GateTrend[]): readonly string[] {
  return trends.map(({ gate, outcome, greenBars, blueBars, green, blue }) =>
    [`${plain(gate, 60)}: ${outcome}`, `  green ${greenBars} ${green}`, `  blue  ${blueBars} ${blue}`].join('\n'),
  );
}
