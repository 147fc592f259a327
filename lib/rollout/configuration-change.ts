import { printable } from '../spec/plain-text.ts';

/** What a container gets besides its image. Values of secrets are never known here, only where they are kept. */
export interface ContainerSettings {
  readonly environment: Readonly<Record<string, string>>;
  /** ARN or parameter name by the variable that gets the value. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** One variable that green gets otherwise than blue: without `from` it is new, without `to` it is gone. */
export interface ConfigurationChange {
  readonly kind: 'environment' | 'secret';
  readonly name: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What differs, as far as a record has room for it. */
export interface ConfigurationDifference {
  readonly changes: readonly ConfigurationChange[];
  /** How many more there are. */
  readonly more: number;
}

/** A record is no place for a whole file in a variable. */
const longestName = 120;
const longestValue = 200;
/** Characters of all changes together: the state goes with every event of the rollout. */
const mostCharacters = 12_000;

/** Names of variables that hold what nobody should read in a record, though they stand in the task definition in plain. */
const secretName = /pass|pwd|secret|token|credential|private|api_?key|access_?key|auth|cookie|salt|signature|dsn/i;
/** `https://user:password@host`, and what tokens of well-known makers look like. */
const secretValue =
  /:\/\/[^/\s@]*:[^/\s@]+@|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\b(?:ghp|gho|ghs|glpat|xox[abprs]|sk_live)[-_]|-----BEGIN|\beyJ[\w-]{10,}\./;

const hidden = '(hidden)';

/**
 * What differs between two task definitions in the container that is rolled out, by name. Names and values are printable and
 * short; values that look like secrets are hidden, only that they change is told.
 */
export function configurationDifference(before: ContainerSettings, after: ContainerSettings): ConfigurationDifference {
  const all = [
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
    const isHidden =
      kind === 'environment' && (secretName.test(name) || [from, to].some((value) => secretValue.test(value ?? '')));
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

/** The same for everybody who is told, without any value: `3 variables change: LOG_LEVEL, + FLAG, - OLD`. */
export function nameChanges({ changes, more }: ConfigurationDifference): string {
  const most = 10;
  const named = changes.slice(0, most).map(({ name, from, to }) => {
    const sign = from === undefined ? '+ ' : to === undefined ? '- ' : '';
    return sign + name;
  });
  const count = changes.length + more;
  const others = count > named.length ? ` and ${count - named.length} more` : '';
  return `${count} variable${count === 1 ? '' : 's'} change: ${named.join(', ')}${others}`;
}
