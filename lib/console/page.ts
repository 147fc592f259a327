import { createHash } from 'node:crypto';
import { html, type Markup, styleElement } from './html.ts';

/** Colours have a contrast of 4.5 to 1 and more, in the light and in the dark. */
const style = `
:root{color-scheme:light dark;--fg:#1b1f24;--soft:#57606a;--bg:#fff;--box:#f4f6f8;--line:#c9d1d9;--go:#116329;--stop:#a40e26;--warn:#7a4d00;--on:#fff}
@media (prefers-color-scheme:dark){:root{--fg:#e6edf3;--soft:#a5b0bb;--bg:#0d1117;--box:#161b22;--line:#3d444d;--go:#7ee2a0;--stop:#ff9492;--warn:#f0c674;--on:#0d1117}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:46rem;padding:1rem 1rem 4rem;font:1.0625rem/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:.25rem 0 1rem}
h2{font-size:1.125rem;margin:2rem 0 .5rem}
h3{font-size:1.0625rem;margin:0 0 .25rem}
p{margin:.25rem 0}
.where{color:var(--soft);margin:0}
.note{border-left:.375rem solid var(--warn);background:var(--box);padding:.75rem 1rem;margin:1rem 0}
.note.good{border-color:var(--go)}.note.bad{border-color:var(--stop)}
dl{display:grid;grid-template-columns:minmax(6rem,auto) 1fr;gap:.375rem 1rem;margin:0}
dt{color:var(--soft)}dd{margin:0}
a{color:inherit}
.button{display:block;padding:.75rem;text-align:center;font-weight:700;border:.125rem solid currentColor;border-radius:.375rem;text-decoration:none}
code{font-family:ui-monospace,monospace;font-size:.875em}
.gate,.check{border-top:1px solid var(--line);padding:.5rem 0}
.numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(7.5rem,1fr));gap:.25rem 1rem;margin:.25rem 0}
.numbers div span{display:block;color:var(--soft);font-size:.875rem}
.pass{color:var(--go)}.fail{color:var(--stop)}.hold{color:var(--warn)}
form,.closed{border:1px solid var(--line);border-radius:.5rem;background:var(--box);padding:1rem;margin:0 0 1rem}
label{display:block;margin:.5rem 0 .25rem}
textarea{width:100%;min-height:4.5rem;font:inherit;color:var(--fg);background:var(--bg);border:1px solid var(--soft);border-radius:.25rem;padding:.5rem}
button{margin-top:.75rem;width:100%;min-height:3rem;font:inherit;font-weight:700;border:0;border-radius:.375rem;color:var(--on);background:var(--go);cursor:pointer}
.stop button{background:var(--stop)}
.wait button{background:var(--warn)}
:focus-visible{outline:.1875rem solid var(--fg);outline-offset:.125rem}
@media (max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** No script, no picture, no frame, no other origin: a page that says what it says, and posts to where it came from. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sent with every answer, whatever it is. */
const headers: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': policy,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/** An answer to a browser. */
export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A whole page. */
export function page(status: number, title: string, content: Markup): PageAnswer {
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${styleElement(style)}
      </head>
      <body>
        <main>${content}</main>
      </body>
    </html> `;
  return { status, headers, body: document.text };
}

/** Leads the browser back to the page that it posted from, so that loading it again posts nothing. */
export function backTo(location: string): PageAnswer {
  return { status: 303, headers: { ...headers, location }, body: '' };
}

/** Leads the browser elsewhere, with a cookie for when it comes back. */
export function redirect(status: 302 | 303, location: string, cookie: string): PageAnswer {
  return { status, headers: { ...headers, location, 'set-cookie': cookie }, body: '' };
}

/** A page that says one thing. */
export function notice(status: number, title: string, text: string): PageAnswer {
  return page(
    status,
    title,
    html`<h1>${title}</h1>
      <p>${text}</p>`,
  );
}
