import { createHash } from 'node:crypto';
import * as z from 'zod';
import { isNonceOf } from './form-nonce.ts';
import { html, type Markup } from './html.ts';
import { page, type PageAnswer } from './page.ts';
import type { PageRequest } from './page-request.ts';
import { isSameOrigin } from './same-origin.ts';

/** Why what was posted counts for nothing. */
export interface NotPosted {
  readonly status: 400 | 403;
  readonly reason: string;
}

/** What has to fit: the page that the form stood on, and where pages are. */
export interface FormPlace {
  /** Binds a form to its visitor and page. */
  readonly formKey: string;
  /** Address of the pages; its origin is the only one that may post. */
  readonly linksUrl: string;
  /** What the visitor reads where it does not count, if the page says it in its own words. */
  readonly says?: { readonly notFromHere: string; readonly incomplete: string };
}

/** Returns the shape of what people may write. Browsers send a new line as two characters; it counts as one. */
export const comment = (most: number) =>
  z
    .string()
    .transform((text) => text.replaceAll('\r\n', '\n').trim())
    .pipe(z.string().max(most));

/** Returns the shape of what people have to write, of at least one character. */
export const words = (most: number) => comment(most).pipe(z.string().min(1));

const usualWords = {
  notFromHere: 'It was not sent from this page. Load the page again, and send it from there.',
  incomplete: 'What was sent is not complete, or a text is too long.',
};

/** Returns the fields of a form that a visitor sent from the page that showed it to them; otherwise why they do not count. */
export function postedForm<Shape extends z.ZodType>(
  request: PageRequest,
  shape: Shape,
  { formKey, linksUrl, says = usualWords }: FormPlace,
): { readonly fields: z.output<Shape> } | { readonly refused: NotPosted } {
  if (!isForm(request) || !isSameOrigin(request.headers, new URL(linksUrl).origin))
    return { refused: { status: 403, reason: says.notFromHere } };
  const sent = Object.fromEntries(new URLSearchParams(request.body));
  if (!isNonceOf(formKey, sent['nonce'] ?? '')) return { refused: { status: 403, reason: says.notFromHere } };
  const parsed = shape.safeParse(sent);
  return parsed.success ? { fields: parsed.data } : { refused: { status: 400, reason: says.incomplete } };
}

/**
 * Returns the name of what a form wants, 32 hexadecimal digits: a form that is sent twice counts once, and another wish from the same
 * page, as a browser restores it, counts for itself.
 * @param wanted everything that makes it another wish
 */
export function onceKey(nonce: string, wanted: object): string {
  return createHash('sha256')
    .update(JSON.stringify([nonce, wanted]))
    .digest('hex')
    .slice(0, 32);
}

/** Returns whether a browser sent a form, as our pages have them. */
function isForm({ headers }: Pick<PageRequest, 'headers'>): boolean {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
}

/** What a refusal leads back to, and what the visitor had written, which they would lose otherwise. */
export interface AfterRefusal {
  readonly to: string;
  /** `the rollout` */
  readonly what: string;
  readonly written?: string | undefined;
}

/** Says why nothing was done; the page itself is read by another function, which cannot write. */
export function nothingDone(status: 400 | 403 | 409, reason: string, { to, what, written }: AfterRefusal): PageAnswer {
  return page(
    status,
    'Nothing was done',
    html`<h1>Nothing was done</h1>
      <p>${reason}</p>
      ${writtenBefore(written)}
      <p><a href="${to}">See ${what} as it is now</a></p>`,
  );
}

function writtenBefore(written: string | undefined): Markup | undefined {
  if (written === undefined || written === '') return undefined;
  return html`<p>What you wrote, to copy:</p>
    <blockquote>${written}</blockquote>`;
}
