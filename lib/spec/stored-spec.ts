import * as z from 'zod';
import type { RolloutSpec } from './rollout-spec.ts';

/** A spec as it is stored: with its defaults filled in, durations in seconds and shares as 0..1. */
export const storedSpec = z.custom<RolloutSpec>((value) => typeof value === 'object' && value !== null);
