import * as z from 'zod';
import { eventDefinitions } from './events.ts';
import type { EventDefinition } from './events/define-event.ts';

/** Returns the table of all announced events as Markdown, chapter by chapter: `docs/events.md` holds it. */
export function eventTable(): string {
  const rows = eventDefinitions.flatMap((definition) => {
    const { type, severity, when } = definition;
    return severity === undefined ? [] : [`| \`${type}\` | ${severity} | ${when} | ${fieldsOf(definition)} |`];
  });
  return ['| type | severity | when | `detail` |', '|---|---|---|---|', ...rows].join('\n');
}

/** Returns the fields of an event as a cell of a table: those that are announced, each with its kind. */
export function fieldsOf({
  detail,
  announced,
}: Pick<EventDefinition, 'detail'> & { readonly announced?: readonly string[] | undefined }): string {
  const fields: readonly (readonly [string, z.core.$ZodType])[] = Object.entries(detail.shape);
  const shown = fields.filter(([name]) => announced?.includes(name) ?? true);
  return shown.length === 0 ? '–' : shown.map(([name, field]) => `\`${name}\` ${kindOf(field)}`).join(', ');
}

/** Returns the kind of a field's value as the page calls it, with `?` where it may be absent. */
function kindOf(field: z.core.$ZodType): string {
  if (field instanceof z.ZodOptional) return `${kindOf(field.unwrap())}?`;
  if (field instanceof z.ZodReadonly) return kindOf(field.unwrap());
  if (field instanceof z.ZodArray) return 'list';
  if (field instanceof z.ZodObject) return 'object';
  if (field instanceof z.ZodBoolean) return 'boolean';
  return field._zod.def.type === 'number' ? 'number' : 'text';
}
