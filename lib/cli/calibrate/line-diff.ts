/** Lines that stay around what changes. */
const around = 2;

/**
 * Returns what differs between two texts, line by line: `-` goes, `+` comes, a space stays; `...` stands for lines left out.
 *
 * By the longest common subsequence (Hunt and McIlroy 1976), as texts of specs are short.
 */
export function lineDiff(before: string, after: string): readonly string[] {
  const all = marked(before.split('\n'), after.split('\n'));
  const isShown = all.map((_, index) =>
    all.slice(Math.max(0, index - around), index + around + 1).some((line) => !line.startsWith(' ')),
  );
  return all.flatMap((line, index) => {
    if (isShown[index] === true) return [line.trimEnd()];
    return isShown[index - 1] === true ? ['  ...'] : [];
  });
}

function marked(before: readonly string[], after: readonly string[]): readonly string[] {
  const common = lengths(before, after);
  const lines: string[] = [];
  let [left, right] = [0, 0];
  while (left < before.length || right < after.length) {
    const [old, fresh] = [before[left], after[right]];
    if (old !== undefined && old === fresh) {
      lines.push(`  ${old}`);
      left += 1;
      right += 1;
    } else if (
      old !== undefined &&
      (fresh === undefined || at(common, left + 1, right) >= at(common, left, right + 1))
    ) {
      lines.push(`- ${old}`);
      left += 1;
    } else {
      lines.push(`+ ${fresh ?? ''}`);
      right += 1;
    }
  }
  return lines;
}

/** How many lines are common from each pair of lines on. */
function lengths(before: readonly string[], after: readonly string[]): readonly Uint32Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let left = before.length - 1; left >= 0; left -= 1) {
    for (let right = after.length - 1; right >= 0; right -= 1) {
      const row = rows[left];
      if (row === undefined) continue;
      row[right] =
        before[left] === after[right]
          ? at(rows, left + 1, right + 1) + 1
          : Math.max(at(rows, left + 1, right), at(rows, left, right + 1));
    }
  }
  return rows;
}

function at(rows: readonly Uint32Array[], left: number, right: number): number {
  return rows[left]?.[right] ?? 0;
}
