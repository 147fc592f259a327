/**
 * The form of a stored value, as plain data: reading it costs a function's start nothing, where the schema of a whole spec costs
 * tens of milliseconds.
 */
export type Form =
  | 'text'
  | 'number'
  | 'boolean'
  /** One of these values. */
  | { readonly values: readonly (string | number | boolean)[] }
  /** A field whose name ends with `?` may be absent. Further fields are kept: a newer version may have written them. */
  | { readonly fields: Readonly<Record<string, Form>> }
  | { readonly list: Form }
  | { readonly map: Form }
  | { readonly anyOf: readonly Form[] };

/** Where a value has another form than expected. */
export interface FormProblem {
  readonly path: readonly (string | number)[];
  readonly expected: string;
}

/** Returns where a value has not a form; `undefined` where it has. */
export function formProblem(form: Form, value: unknown): FormProblem | undefined {
  if (typeof form === 'string') {
    const kind = typeof value === 'string' ? 'text' : typeof value;
    return kind === form ? undefined : { path: [], expected: form };
  }
  if ('values' in form) {
    const { values } = form;
    return values.some((known) => known === value) ? undefined : { path: [], expected: values.join(' or ') };
  }
  if ('anyOf' in form) {
    const problems: (FormProblem | undefined)[] = [];
    for (const one of form.anyOf) {
      const problem = formProblem(one, value);
      if (problem === undefined) return undefined;
      problems.push(problem);
    }
    return deepest(problems);
  }
  if ('list' in form) return Array.isArray(value) ? problemOfList(form.list, value) : { path: [], expected: 'a list' };
  if (!isMap(value)) return { path: [], expected: 'a map' };
  return 'map' in form ? problemOfMap(form.map, value) : problemOfFields(form.fields, value);
}

function problemOfList(form: Form, list: readonly unknown[]): FormProblem | undefined {
  for (const [index, item] of list.entries()) {
    const problem = formProblem(form, item);
    if (problem !== undefined) return within(index, problem);
  }
  return undefined;
}

function problemOfMap(form: Form, map: Readonly<Record<string, unknown>>): FormProblem | undefined {
  for (const [name, item] of Object.entries(map)) {
    const problem = formProblem(form, item);
    if (problem !== undefined) return within(name, problem);
  }
  return undefined;
}

type Fields = Readonly<Record<string, Form>>;

function problemOfFields(fields: Fields, map: Readonly<Record<string, unknown>>): FormProblem | undefined {
  for (const written of Object.keys(fields)) {
    const form = fields[written];
    const isOptional = written.endsWith('?');
    const name = isOptional ? written.slice(0, -1) : written;
    const value = Object.hasOwn(map, name) ? map[name] : undefined;
    if (form === undefined || (isOptional && value === undefined)) continue;
    const problem = formProblem(form, value);
    if (problem !== undefined) return within(name, problem);
  }
  return undefined;
}

/** A problem of a part, as one of the whole: paths are written only where there is one. */
function within(part: string | number, { path, expected }: FormProblem): FormProblem {
  return { path: [part, ...path], expected };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What lies deepest is of the alternative that was meant. */
function deepest(problems: readonly (FormProblem | undefined)[]): FormProblem | undefined {
  return problems.reduce((one, other) => ((other?.path.length ?? 0) > (one?.path.length ?? 0) ? other : one));
}
