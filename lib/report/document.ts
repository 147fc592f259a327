import type { RolloutReport } from './report.ts';

/** A part of a section, before anybody's markup. Every text may hold what users wrote. */
export type Block =
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [string, string])[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** What is left to do, with a box before each to tick. */
  | { readonly kind: 'checklist'; readonly items: readonly string[] }
  | { readonly kind: 'text'; readonly text: string }
  /** Drawn where pictures can be, and left out elsewhere: tables say the same. */
  | { readonly kind: 'charts'; readonly of: Pick<RolloutReport, 'gates' | 'weights' | 'times'> };

/** One heading of a document with what stands below it. */
export interface Section {
  readonly heading: string;
  readonly blocks: readonly Block[];
}

/** A page for people: rendered as Markdown or HTML, both from the same content. */
export interface ReportDocument {
  readonly title: string;
  /** Below the title. */
  readonly summary: string;
  readonly sections: readonly Section[];
}

/** Returns a table, or a sentence where it would be empty. */
export function tableOr(empty: string, head: readonly string[], rows: readonly (readonly string[])[]): Block {
  return rows.length === 0 ? { kind: 'text', text: empty } : { kind: 'table', head, rows };
}

/** Returns a list, or a sentence where it would be empty. */
export function listOr(empty: string, items: readonly string[]): Block {
  return items.length === 0 ? { kind: 'text', text: empty } : { kind: 'list', items };
}
