import * as z from 'zod';
import { quote } from './text/plain-text.ts';
import { ecsName } from './text/ecs-name.ts';
import { wholeSeconds } from './quantity.ts';

const nameExpected = 'expected a name of up to 32 lower-case letters, digits and -, a letter first';
const wordsExpected = 'expected a list of 1 to 50 words, each of up to 1000 characters';

const fields = {
  name: z
    .string(nameExpected)
    .regex(/^[a-z][a-z0-9-]{0,31}$/, nameExpected)
    .meta({
      kind: 'name',
      bounds: 'up to 32 lower-case letters, digits and `-`',
      description: 'What people call the task; each of a spec has another name',
    }),
  command: z
    .array(z.string(wordsExpected).min(1, wordsExpected).max(1000, wordsExpected), wordsExpected)
    .min(1, wordsExpected)
    .max(50, wordsExpected)
    .meta({
      kind: 'list',
      bounds: '1 to 50 words',
      description: 'What the container runs in place of its own command, such as `[npm, run, migrate]`',
    }),
  container: ecsName
    .optional()
    .describe('The container that gets the command, and whose exit code counts. Without it: `container` of the spec'),
  within: wholeSeconds({ min: 10, max: 43_200 })
    .prefault('15m')
    .describe('How long it may take; then it is stopped, and people decide'),
  oncePer: z
    .enum(['digest', 'rollout'], 'expected digest or rollout')
    // No default is written: every write of a rollout's state would be paid for it.
    .optional()
    .describe(
      '`digest`: what has passed with this image and this command is not run again. `rollout`: it runs in every rollout. Without it: `digest`',
    ),
};

const isNamedTwice = (names: readonly string[], name: string, index: number) => names.indexOf(name) !== index;

function tasksOf<Task extends z.ZodType<{ readonly name: string }>>(task: Task) {
  return z
    .array(task, 'expected a list of tasks')
    .min(1, 'expected at least one task')
    .max(10, 'expected at most 10 tasks')
    .superRefine((tasks, context) => {
      const names = tasks.map(({ name }) => name);
      names.forEach((name, index) => {
        if (!isNamedTwice(names, name, index)) return;
        const message = `the task ${quote(name)} is named twice, expected each name once`;
        context.addIssue({ code: 'custom', path: [index, 'name'], message });
      });
    })
    .meta({ bounds: '1 to 10 entries' })
    .optional();
}

const expected = 'expected a map with name and command';

/** Tasks of green's own task definition that run, one after the other, before green gets any traffic. */
export const before = tasksOf(
  z.strictObject(
    {
      ...fields,
      compatible: z
        .boolean('expected true or false')
        .optional()
        .describe(
          '`false`: the old version does not work with what this task changes. Every approval then needs a comment, and is told that the rollback is not safe. Without it: true',
        ),
    },
    expected,
  ),
);

/** Tasks of the version that serves, once no rollback needs the former one. */
export const afterRetention = tasksOf(z.strictObject(fields, expected));

/** One task of a spec, with its limit in seconds. */
export type SpecTask = NonNullable<z.output<typeof before>>[number];
