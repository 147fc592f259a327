import { createHash } from 'node:crypto';
import { html, type Markup, scriptElement, styleElement } from './html.ts';
import { liveScript, liveScriptHash } from './live-script.ts';

/** Colours have a contrast of 4.5 to 1 and more, in the light and in the dark. */
const style = `
:root{color-scheme:light dark;--fg:#1b1f24;--soft:#57606a;--bg:#fff;--box:#f4f6f8;--line:#c9d1d9;--go:#116329;--stop:#a40e26;--warn:#7a4d00;--blue:#0550ae;--on:#fff}
@media (prefers-color-scheme:dark){:root{--fg:#e6edf3;--soft:#a5b0bb;--bg:#0d1117;--box:#161b22;--line:#3d444d;--go:#7ee2a0;--stop:#ff9492;--warn:#f0c674;--blue:#79c0ff;--on:#0d1117}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:80rem;padding:1rem 1rem 4rem;font:1.0625rem/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:.25rem 0 1rem}
h2{font-size:1.125rem;margin:1.75rem 0 .5rem}
h3{font-size:1.0625rem;margin:0 0 .25rem}
p{margin:.25rem 0;max-width:60rem}
ul{margin:.25rem 0;padding-left:1.25rem}
section:empty{display:none}
.where,nav,#live{color:var(--soft);margin:0}
#live{font-size:.875rem;min-height:1.3rem}
nav a{margin-right:1rem}
.note,.strip{border-left:.375rem solid var(--warn);background:var(--box);padding:.75rem 1rem;margin:1rem 0}
.good{border-color:var(--go)}.bad{border-color:var(--stop)}
.standing{font-weight:700;font-size:1.25rem}
.standing:first-letter{text-transform:uppercase}
dl{display:grid;grid-template-columns:minmax(6rem,auto) 1fr;gap:.375rem 1rem;margin:0}
dt{color:var(--soft)}dd{margin:0}
a{color:inherit}
.button{display:block;max-width:30rem;padding:.75rem;text-align:center;font-weight:700;border:.125rem solid currentColor;border-radius:.375rem;text-decoration:none}
code{font-family:ui-monospace,monospace;font-size:.875em}
.steps{display:flex;flex-wrap:wrap;gap:.375rem;list-style:none;padding:0;margin:0}
.steps li{flex:1 1 5.5rem;border:1px solid var(--line);border-top:.375rem solid var(--line);border-radius:.25rem;padding:.25rem .5rem;font-size:.875rem;color:var(--soft)}
.steps .gap{flex:0 1 5.5rem;border-style:dashed;border-top-width:1px;align-self:center}.steps b{color:var(--fg);font-size:1.0625rem}.steps i{display:block;font-style:normal}
.steps .passed{border-top-color:var(--go)}.steps .now{border-color:var(--blue);border-top-width:.375rem;background:var(--box)}.steps .failed{border-top-color:var(--stop)}
.gates,.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem}
.gate{border:1px solid var(--line);border-radius:.5rem;padding:.75rem;min-width:0}
.numbers{grid-template-columns:repeat(auto-fit,minmax(6.5rem,1fr));gap:.25rem 1rem;margin:.25rem 0}
.numbers dt{font-size:.875rem}.numbers .wide{grid-column:1/-1;display:flex;gap:.75rem;align-items:baseline}
.pass{color:var(--go)}.fail,.critical{color:var(--stop)}.hold,.warning{color:var(--warn)}
figure{margin:.5rem 0 0}
svg{display:block;width:100%;height:auto;max-width:44rem}
svg text{font-size:10px;fill:var(--soft)}
svg path{fill:none;stroke-width:2}path.green{stroke:var(--go)}path.blue{stroke:var(--blue);stroke-dasharray:5 3}
circle.green{fill:var(--go)}circle.blue{fill:var(--blue)}
rect.hold{fill:var(--warn);opacity:.14}rect.fail{fill:var(--stop);opacity:.2}
.limit{stroke:var(--warn);stroke-dasharray:2 3}.abort{stroke:var(--stop)}.rule{stroke:var(--fg)}
figcaption{font-size:.875rem}.reading{min-height:1.3rem}
.key span{margin-right:.75rem}.key .green{color:var(--go)}.key .blue{color:var(--blue)}.key .limit{color:var(--warn)}
summary{padding:.25rem 0;cursor:pointer}
table{border-collapse:collapse;font-size:.875rem}th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line)}
form,.closed{border:1px solid var(--line);border-radius:.5rem;background:var(--box);padding:1rem;margin:0 0 1rem}
label{display:block;margin:0 0 .25rem}
textarea{width:100%;min-height:4.5rem;font:inherit;color:var(--fg);background:var(--bg);border:1px solid var(--soft);border-radius:.25rem;padding:.5rem}
select{font:inherit;max-width:100%;color:var(--fg);background:var(--bg);border:1px solid var(--soft);border-radius:.25rem;padding:.5rem;margin:0 0 .5rem}
.tick{display:flex;gap:.5rem;align-items:center;min-height:2rem}input[type=checkbox]{width:1.25rem;height:1.25rem;margin:0}
blockquote{white-space:pre-wrap;border-left:.25rem solid var(--line);margin:.5rem 0 1rem;padding:.25rem .75rem}
details>form{margin-top:.5rem}
.choice{display:grid;grid-template-columns:minmax(10rem,16rem) 1fr;gap:.25rem 1rem;align-items:center;margin-top:.75rem}
button{width:100%;min-height:3rem;font:inherit;font-weight:700;border-radius:.375rem;cursor:pointer;color:var(--go);background:var(--bg);border:.125rem solid currentColor}
.stop button{color:var(--stop)}.wait button{color:var(--warn)}
button.main{color:var(--on);background:var(--go);border-color:var(--go)}.stop .main{background:var(--stop);border-color:var(--stop)}.wait .main{background:var(--warn);border-color:var(--warn)}
:focus-visible{outline:.1875rem solid var(--fg);outline-offset:.125rem}
.rows{list-style:none;padding:0;columns:22rem}.rows li{break-inside:avoid}.rows i{color:var(--warn);font-style:normal}
.scroll{overflow-x:auto}.scroll table{overflow-wrap:normal;min-width:48rem}
ins{color:var(--go);text-decoration:none}del{color:var(--stop);text-decoration:none}
@media (min-width:60rem){.gate:only-child{display:grid;grid-template-columns:minmax(20rem,1fr) minmax(0,44rem);column-gap:1.5rem;align-content:start}.gate:only-child>*{grid-column:1}.gate:only-child>figure{grid-column:2;grid-row:1/span 20;margin:0}}
@media (max-width:30rem){svg text{font-size:13px}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}.choice{grid-template-columns:1fr}.strip dl,.numbers{grid-template-columns:minmax(5rem,auto) 1fr;gap:.25rem .75rem}.strip dd{margin:0}.numbers>div,.numbers .wide{display:contents}}
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** One script, no picture, no frame, no other origin: a page asks and posts to where it came from. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  `script-src 'sha256-${liveScriptHash}'`,
  "connect-src 'self'",
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

/** A whole page that stays as it is. */
export function page(status: number, title: string, content: Markup): PageAnswer {
  return { status, headers, body: documentOf(title, html`<main>${content}</main>`).text };
}

/**
 * A whole page that is asked for again while it is seen. Its tag changes with what it shows, and not with the nonce of its forms.
 * @param content the page with a nonce in its forms
 */
export function livePage(status: number, title: string, content: (nonce: string) => Markup, nonce: string): PageAnswer {
  const shown = createHash('sha256').update(title).update(content('').text).digest('base64url').slice(0, 22);
  const tag = `"${shown}"`;
  const main = html`<main data-tag="${tag}">
    ${content(nonce)}
    <p id="live"></p>
  </main>`;
  return { status, headers: { ...headers, etag: tag }, body: documentOf(title, main).text };
}

/** Answers that nothing has changed, where the browser has what a page shows. */
export function unlessKnown(answer: PageAnswer, known: string | undefined): PageAnswer {
  const { status, headers: sent } = answer;
  return status === 200 && sent['etag'] !== undefined && sent['etag'] === known
    ? { status: 304, headers: sent, body: '' }
    : answer;
}

function documentOf(title: string, main: Markup): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${styleElement(style)}
      </head>
      <body>
        ${main} ${scriptElement(liveScript)}
      </body>
    </html> `;
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
