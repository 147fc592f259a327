/**
 * One line of progress. On the error stream, so that a command's own output stays its own.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}
