import * as z from 'zod';
import { quote } from './text/plain-text.ts';

const expected = 'expected the name of a CloudWatch alarm: up to 255 characters, printable';

/** Alarms of CloudWatch, metric or composite, by name. */
export const alarms = z
  .array(z.string(expected).regex(/^[^\p{C}]{1,255}$/u, expected), 'expected a list of names of CloudWatch alarms')
  .max(20, 'expected at most 20 alarms')
  .superRefine((names, context) => {
    names.forEach((name, index) => {
      if (names.indexOf(name) === index) return;
      context.addIssue({
        code: 'custom',
        path: [index],
        message: `${quote(name)} is named twice, expected each alarm once`,
      });
    });
  })
  .meta({
    bounds: 'up to 20 entries',
    description:
      'CloudWatch alarms (metric or composite, by name, in the account and region of the stage) that roll a rollout back when they go off, at once; one that rings already lets no first traffic through. See [alarms](rollback.md#alarms)',
  });
