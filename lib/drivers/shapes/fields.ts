import * as z from 'zod';
import { slotsFields } from '../slots/shape/shape.ts';
import { driverNames, type Places, shapeOf } from './registry.ts';

/** The fields that drivers bring to a spec. */
export const driverFields = {
  driver: z
    .enum(driverNames, `expected ${driverNames.join(' or ')}`)
    .optional()
    .describe(
      'What runs two versions beside each other and moves traffic. See [drivers](drivers.md). Without it: `slots`',
    ),
  ...slotsFields,
};

/** Checks the fields of drivers against each other. */
export function checkDriverFields(places: Places, context: z.RefinementCtx): void {
  shapeOf(places).check(places, context);
}
