import { printable } from '../specification/text/plain-text.ts';
import type { ConfigurationChange, ConfigurationDifference } from './configuration-difference.ts';
import { hasSecretName, looksSecret } from './secret-pattern.ts';

/** What a container gets besides its image. Values of secrets are never known here, only where they are kept. */
export interface ContainerSettings {
  readonly environment: Readonly<Record<string, string>>;
  /** ARN or parameter name by the variable that gets the value. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** What the container that is rolled out gets, and everything else of its task definition. */
export interface TaskSettings extends ContainerSettings {
  readonly definition?: Readonly<Record<string, string>>;
}

/**
 * The settings of a task definition without what a rollout sets (the container's image) and without the container's variables,
 * which are told by their own names.
 */
export function otherSettings(
  settings: Readonly<Record<string, string>> = {},
  container: string,
): Readonly<Record<string, string>> {
  const isOwn = (path: string) =>
    path === `${container}.image` ||
    path.startsWith(`${container}.environment.`) ||
    path.startsWith(`${container}.secrets.`);
  return Object.fromEntries(Object.entries(settings).filter(([path]) => !isOwn(path)));
}

/** A record is no place for a whole file in a variable. */
const longestName = 120;
const longestValue = 200;
/** Characters of all changes together: the state goes with every event of the rollout. */
const mostCharacters = 12_000;

const hidden = '(hidden)';

/**
 * What differs between two task definitions in the container that is rolled out, by name. Names and values are printable and
 * short; values that look like secrets are hidden, only that they change is told.
 */
export function configurationDifference(before: TaskSettings, after: TaskSettings): ConfigurationDifference {
  const all = [
    ...changesOf('definition', before.definition ?? {}, after.definition ?? {}),
    ...changesOf('environment', before.environment, after.environment),
    ...changesOf('secret', before.secrets, after.secrets),
  ];
  const changes: ConfigurationChange[] = [];
  let characters = 0;
  for (const change of all) {
    characters += JSON.stringify(change).length;
    if (characters > mostCharacters) break;
    changes.push(change);
  }
  return { changes, more: all.length - changes.length };
}

function changesOf(
  kind: ConfigurationChange['kind'],
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly ConfigurationChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.flatMap((name): ConfigurationChange[] => {
    const [from, to] = [own(before, name), own(after, name)];
    if (from === to) return [];
    const isHidden = !isPlace(kind, name) && mayBeSecret(name, [from, to]);
    const shown = (value: string) => (isHidden ? hidden : short(value, longestValue));
    return [
      {
        kind,
        name: short(name, longestName),
        ...(from === undefined ? {} : { from: shown(from) }),
        ...(to === undefined ? {} : { to: shown(to) }),
      },
    ];
  });
}

/** Of a secret only the place is known, which is no secret itself. */
function isPlace(kind: ConfigurationChange['kind'], name: string): boolean {
  return kind === 'secret' || /\.secrets\.[^.]*$|[rR]oleArn$/.test(name);
}

function mayBeSecret(name: string, values: readonly (string | undefined)[]): boolean {
  return hasSecretName(name) || values.some((value = '') => looksSecret(value));
}

/** What a rollout is of: `412-9f8d111`, or `412-9f8d111 (the same image, 2 settings change: cpu, memory)`. */
export function subjectOf({ image, sameImage, configuration }: Subject): string {
  const name = image.tag ?? image.digest.slice(0, 19);
  return sameImage === true && configuration !== undefined
    ? `${name} (the same image, ${nameChanges(configuration)})`
    : name;
}

interface Subject {
  readonly image: { readonly tag?: string | undefined; readonly digest: string };
  readonly sameImage?: boolean | undefined;
  readonly configuration?: ConfigurationDifference | undefined;
}

function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function short(text: string, most: number): string {
  // A slice may end within a character, and what is printable is longer than what was written.
  const plain = printable(text.slice(0, most).toWellFormed()).slice(0, most);
  return text.length > most || plain.length === most ? `${plain}…` : plain;
}

/** `LOG_LEVEL: info -> debug`, `+ FLAG=on`, `- OLD=1`, `secret DB: arn… -> arn…`. */
export function describeChange({ kind, name, from, to }: ConfigurationChange): string {
  const what = kind === 'secret' ? `secret ${name}` : name;
  if (from === undefined) return `+ ${what}=${to ?? ''}`;
  return to === undefined ? `- ${what}=${from}` : `${what}: ${from} -> ${to}`;
}

/**
 * The same for everybody who is notified, by name alone: `3 variables change: LOG_LEVEL, + FLAG, - OLD`, or `3 settings change: …`
 * where some are not variables.
 */
export function nameChanges({ changes, more }: ConfigurationDifference): string {
  const what = changes.some(({ kind }) => kind === 'definition') ? 'setting' : 'variable';
  const most = 10;
  const named = changes.slice(0, most).map(({ name, from, to }) => {
    const sign = from === undefined ? '+ ' : to === undefined ? '- ' : '';
    return sign + name;
  });
  const count = changes.length + more;
  const others = count > named.length ? ` and ${count - named.length} more` : '';
  return `${count} ${what}${count === 1 ? '' : 's'} change: ${named.join(', ')}${others}`;
}
