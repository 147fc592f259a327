import { plain } from '../messages/plain.ts';
import type { Block, ReportDocument } from './document.ts';

/** Nobody reads more in one place. */
const longestText = 2000;

/** Returns a document as Markdown, a line each; texts of anybody are escaped, so they make no markup, link or mention. */
export function markdownLines({ title, summary, sections }: ReportDocument): readonly string[] {
  return [
    `# ${escapedMarkdown(title)}`,
    '',
    escapedMarkdown(summary),
    ...sections.flatMap(({ heading, blocks }) => [
      '',
      `## ${escapedMarkdown(heading)}`,
      ...blocks.flatMap((block) => {
        const lines = blockLines(block);
        return lines.length === 0 ? [] : ['', ...lines];
      }),
    ]),
  ];
}

/**
 * Returns text of anybody on one line, as Markdown that shows it and does nothing else: no emphasis, table cell, HTML, link, picture
 * or mention. A mention is split by an empty comment, as no escape keeps GitHub from making one.
 */
export function escapedMarkdown(text: string): string {
  return plain(text, longestText)
    .replaceAll(/[\\`*_[\]|~$#]/g, (character) => `\\${character}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('://', String.raw`\://`)
    .replaceAll(/\bwww\./gi, (start) => `${start.slice(0, -1)}\\.`)
    .replaceAll(/@(?=\w)/g, '@<!-- -->')
    .replace(/^(?:[-+=]|\d+[.)])(?=\s|$)/, (start) => `${start.slice(0, -1)}\\${start.slice(-1)}`);
}

function blockLines(block: Block): readonly string[] {
  switch (block.kind) {
    case 'facts':
      return tableLines(['', ''], block.rows);
    case 'table':
      return tableLines(block.head, block.rows);
    case 'list':
      return block.items.map((item) => `- ${escapedMarkdown(item)}`);
    case 'checklist':
      return block.items.map((item) => `- [ ] ${escapedMarkdown(item)}`);
    case 'text':
      return [escapedMarkdown(block.text)];
    case 'charts':
      return [];
  }
}

function tableLines(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const row = (cells: readonly string[]) => `| ${cells.map(escapedMarkdown).join(' | ')} |`;
  return [row(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(row)];
}
