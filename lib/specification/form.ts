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
export function formProblem(form: Form, value: unknown, path: FormProblem['path'] = []): FormProblem | undefined {
  if (typeof form === 'string') {
    const kind = typeof value === 'string' ? 'text' : typeof value;
    return kind === form ? undefined : { path, expected: form };
  }
  if ('values' in form) {
    const { values } = form;
    return values.some((known) => known === value) ? undefined : { path, expected: values.join(' or ') };
  }
  if ('anyOf' in form) {
    const problems = form.anyOf.map((one) => formProblem(one, value, path));
    return problems.includes(undefined) ? undefined : deepest(problems);
  }
  if ('list' in form) {
    if (!Array.isArray(value)) return { path, expected: 'a list' };
    return first(value.entries(), ([index, item]) => formProblem(form.list, item, [...path, index]));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { path, expected: 'a map' };
  const found = new Map<string, unknown>(Object.entries(value));
  if ('map' in form) return first(found, ([name, item]) => formProblem(form.map, item, [...path, name]));
  return first(Object.entries(form.fields), ([written, field]) => {
    const name = written.replace(/\?$/, '');
    if (name !== written && found.get(name) === undefined) return undefined;
    return formProblem(field, found.get(name), [...path, name]);
  });
}

function first<Item>(items: Iterable<Item>, problemOf: (item: Item) => FormProblem | undefined) {
  for (const item of items) {
    const problem = problemOf(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** What lies deepest is of the alternative that was meant. */
function deepest(problems: readonly (FormProblem | undefined)[]): FormProblem | undefined {
  return problems.reduce((one, other) => ((other?.path.length ?? 0) > (one?.path.length ?? 0) ? other : one));
}
