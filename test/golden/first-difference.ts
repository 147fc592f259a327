/** So much before and after the first character that differs. */
const around = 160;

/** Returns where two texts first differ, in words and with both lines; `undefined` where they are equal. */
export function firstDifference(name: string, recorded: string | undefined, now: string): string | undefined {
  if (recorded === now) return undefined;
  const again = 'If the change is wanted: npm run golden -- --write, and say in the commit what is different and why.';
  if (recorded === undefined) return `${name}: nothing is recorded. ${again}`;
  const [before, after] = [recorded.split('\n'), now.split('\n')];
  const at = after.findIndex((line, index) => line !== before[index]);
  const index = at === -1 ? after.length : at;
  const [old = '(the record ends here)', next = '(nothing more happens)'] = [before[index], after[index]];
  const task = before.slice(0, index + 1).findLast((line) => /^(?:\+|==)/.test(line)) ?? '(the beginning)';
  return [
    `${name}, line ${String(index + 1)}, at "${task.slice(0, around)}":`,
    `  recorded: ${excerpt(old, valuesOf(before), next, valuesOf(after))}`,
    `  now:      ${excerpt(next, valuesOf(after), old, valuesOf(before))}`,
    again,
  ].join('\n');
}

type Values = ReadonlyMap<string, string>;

function valuesOf(lines: readonly string[]): Values {
  const start = lines.indexOf('== values');
  const pairs = start === -1 ? [] : lines.slice(start + 1);
  return new Map(
    pairs.map((line): [string, string] => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
  );
}

/** A line with its long values in full, from shortly before the first character that differs from the other one. */
function excerpt(line: string, values: Values, other: string, others: Values): string {
  const [own, its] = [inFull(line, values), inFull(other, others)];
  const differs = Array.from(own).findIndex((character, index) => character !== its[index]);
  const start = Math.max(0, (differs === -1 ? its.length : differs) - around);
  return `${start > 0 ? '…' : ''}${own.slice(start, start + 2 * around)}${own.length > start + 2 * around ? '…' : ''}`;
}

function inFull(line: string, values: Values): string {
  const next = line.replaceAll(/"(@[0-9a-f]{12})"/g, (whole, name: string) => values.get(name) ?? whole);
  return next === line ? line : inFull(next, values);
}
