const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const missing = '·';

/**
 * Returns the newest values as bars, oldest first; a value that is missing is a dot, never a low bar.
 * @param top what a whole bar stands for
 */
export function sparkline(values: readonly (number | undefined)[], top: number, columns: number): string {
  return values
    .slice(-columns)
    .map((value) => {
      if (value === undefined || !Number.isFinite(value)) return missing;
      const share = top > 0 ? Math.min(1, Math.max(0, value / top)) : 0;
      return blocks[Math.min(blocks.length - 1, Math.floor(share * blocks.length))] ?? missing;
    })
    .join('');
}
