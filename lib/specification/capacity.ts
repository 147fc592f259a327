import * as z from 'zod';

const headroomExpected = 'expected a factor, 1 to 10, such as 1.25';
const tasksExpected = 'expected a whole number of tasks, 1 to 1000';

/** How many tasks green gets for its share of the traffic. */
export const capacity = z.strictObject(
  {
    sizing: z
      .enum(['ahead', 'full'], 'expected ahead or full')
      .default('ahead')
      .describe(
        '`ahead`: before each step green gets what the step needs, and waits until it is healthy; `full`: green has as many tasks as blue from the start',
      ),
    headroom: z.number(headroomExpected).min(1, headroomExpected).max(10, headroomExpected).default(1.25).meta({
      kind: 'factor',
      bounds: '`1` to `10`',
      description:
        "How many times its share of blue's tasks green gets, rounded up. More than blue has is never needed",
    }),
    minimum: z.int(tasksExpected).min(1, tasksExpected).max(1000, tasksExpected).default(2).meta({
      bounds: '`1` to `1000`',
      description: 'Fewest tasks of green, so that one that ends is no outage; not more than blue has',
    }),
  },
  'expected a map with sizing, headroom and minimum',
);

export type CapacitySettings = z.output<typeof capacity>;
