/** A value of AWS's query protocol: everything is a string until a schema says otherwise. */
export type FormValue = string | FormValue[] | { [key: string]: FormValue };

/** `Actions.member.1.ForwardConfig.TargetGroups.member.2.Weight=5` becomes nested records and arrays. */
export function readQueryForm(body: string): Record<string, FormValue> {
  const root: Branch = new Map();
  for (const [path, value] of new URLSearchParams(body)) place(root, path.split('.'), value);
  return Object.fromEntries([...root].map(([key, node]) => [key, settle(node)]));
}

type Branch = Map<string, Branch | string>;

function place(branch: Branch, path: readonly string[], value: string): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  if (rest.length === 0) {
    branch.set(head, value);
    return;
  }
  const found = branch.get(head);
  const next: Branch = found instanceof Map ? found : new Map<string, Branch | string>();
  branch.set(head, next);
  place(next, rest, value);
}

function settle(node: Branch | string): FormValue {
  if (typeof node === 'string') return node;
  const members = node.get('member');
  if (node.size === 1 && members instanceof Map) return inOrder(members);
  // A map keeps its form, so that it can be written as it was read: `Params.entry.1.key=…&Params.entry.1.value=…`.
  const entries = node.get('entry');
  if (node.size === 1 && entries instanceof Map) return { entry: inOrder(entries) };
  return Object.fromEntries([...node].map(([key, child]) => [key, settle(child)]));
}

function inOrder(numbered: Branch): FormValue[] {
  return [...numbered].sort(([left], [right]) => Number(left) - Number(right)).map(([, child]) => settle(child));
}
