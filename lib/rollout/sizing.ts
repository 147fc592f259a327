import type { CapacitySettings } from '../specification/capacity.ts';

/**
 * Tasks that green needs for a weight: its share of what blue has now, with headroom, at least the minimum and at most what blue
 * has; all of blue's at 100 %. Blue carries the whole traffic with its count, so a share of the traffic needs that share of it.
 * @param weight percent
 * @param blueCount tasks that blue has now; a blue without any counts as one
 */
export function greenCount({ sizing, headroom, minimum }: CapacitySettings, weight: number, blueCount: number): number {
  const blue = Math.max(1, blueCount);
  if (sizing === 'full' || weight >= 100) return blue;
  // A product such as 10 * 0.7 * 1.1 is a little more than it is on paper: digits that no one wrote start no task.
  const share = Number(((blue * weight * headroom) / 100).toPrecision(12));
  return Math.min(blue, Math.max(minimum, Math.ceil(share)));
}
