import { fieldsOf } from '../rollout/event-table.ts';
import { releaseEventDefinitions } from './release-events.ts';
import type { AllowedIn } from './events/define-release-event.ts';

/** Returns the table of all events of releases as Markdown: `docs/releases.md` holds it. */
export function releaseEventTable(): string {
  const rows = releaseEventDefinitions.map((definition) => {
    const { type, severity, when, allowedIn } = definition;
    return `| \`${type}\` | ${severity ?? '–'} | ${when} | ${textOf(allowedIn)} | ${fieldsOf(definition)} |`;
  });
  return ['| type | severity | when | possible | fields |', '|---|---|---|---|---|', ...rows].join('\n');
}

function textOf(allowedIn: AllowedIn): string {
  if (allowedIn === 'opening') return 'first of all';
  if (allowedIn === 'any') return 'always';
  return allowedIn === 'going'
    ? 'until it ends'
    : `of a member that is ${allowedIn.map((one) => `\`${one}\``).join(', ')}`;
}
