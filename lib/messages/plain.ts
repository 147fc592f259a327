/**
 * Text of anybody on one line: no control and no formatting characters (they hide and reorder what follows), no half
 * characters, at most so many characters, an ellipsis where it was cut. Lengths are UTF-16 units, as vendors count at worst.
 */
export function plain(text: string, most: number): string {
  // A hostile text may be megabytes long; what is read of it is in proportion to what is shown.
  const line = text
    .slice(0, 4 * most + 100)
    .toWellFormed()
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  if (line.length <= most) return line;
  return `${line.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}

/** The first lines that fit together into a length, each on its own; says how many were left out. */
export function linesWithin(lines: readonly string[], most: number): string {
  const kept: string[] = [];
  let length = 0;
  for (const [index, line] of lines.entries()) {
    const rest = `and ${lines.length - index} more`;
    if (length + line.length + 1 + rest.length > most) {
      kept.push(rest);
      break;
    }
    kept.push(line);
    length += line.length + 1;
  }
  return kept.join('\n');
}

/** What mail programs also make a link of: a host with a path. Names of images in ECR are none. */
const bareHost = /(?<![a-z0-9.-])(?!\d{12}\.dkr\.ecr\.)((?:[a-z0-9-]{1,63}\.){1,8})([a-z]{2,24})(?=[/:?#])/gi;

/**
 * Returns a text in which no program that shows it finds a link: `https[:]//evil[.]example/x`. What people wrote stands beside the personal link of a
 * message, and must not pass for it; the links of a message are apart from its text. A place in S3 stays as it is.
 */
export function unlinked(text: string): string {
  return text
    .replaceAll(bareHost, (_, labels: string, last: string) => `${labels.slice(0, -1)}[.]${last}`)
    .replaceAll(/(?<!\bs3):\/\//gi, '[:]//')
    .replaceAll(/www\./gi, 'www[.]')
    .replaceAll(/(mailto|javascript):/gi, '$1[:]');
}
