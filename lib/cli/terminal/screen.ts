/** What a frame is drawn on. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  readonly write: (text: string) => void;
}

/** A frame that is drawn over the one before it. */
export interface Screen {
  /** Draws the lines in one write; only those that changed are written, so nothing flickers. Lines must fit into a row each. */
  draw(lines: readonly string[]): void;
}

const up = (rows: number) => (rows === 0 ? '' : `\u001b[${rows}A`);
const clearToEnd = '\u001b[K';
const clearBelow = '\u001b[J';
/** Terminals that know it show the frame as a whole; others ignore it. */
const begin = '\u001b[?2026h';
const end = '\u001b[?2026l';

/** Returns a screen that begins where the cursor is. It leaves the cursor below the last frame, whenever the process ends. */
export function screenOn(terminal: Terminal): Screen {
  let shown: readonly string[] = [];
  let columns = terminal.columns;
  return {
    draw(lines) {
      // A terminal of another width has broken the lines anew: every one is written again.
      const isSameWidth = columns === terminal.columns;
      columns = terminal.columns;
      const before = isSameWidth ? shown : shown.map(() => undefined);
      const rows = lines.map((text, row) => (text === before[row] ? '\n' : `\r${text}${clearToEnd}\n`));
      const rest = lines.length < shown.length ? clearBelow : '';
      const isNews = rest !== '' || lines.length !== shown.length || lines.some((text, row) => text !== before[row]);
      if (isNews) terminal.write(`${begin}${up(shown.length)}${rows.join('')}${rest}${end}`);
      shown = lines;
    },
  };
}
