import { createHash } from 'node:crypto';
import { html, type Markup, styleElement } from '../console/html.ts';
import { reportCharts } from './chart.ts';
import type { Block, ReportDocument } from './document.ts';

/** Colours have a contrast of 4.5 to 1 and more, in the light and in the dark, and on paper. */
const style = `
:root{color-scheme:light dark;--fg:#1b1f24;--soft:#57606a;--bg:#fff;--line:#c9d1d9;--green:#116329;--blue:#0550ae;--stop:#a40e26;--warn:#7a4d00}
@media (prefers-color-scheme:dark){:root{--fg:#e6edf3;--soft:#a5b0bb;--bg:#0d1117;--line:#3d444d;--green:#7ee2a0;--blue:#79c0ff;--stop:#ff9492;--warn:#f0c674}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:64rem;padding:1rem 1rem 4rem;font:1rem/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:.25rem 0}
h2{font-size:1.2rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}
p{margin:.5rem 0}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th,td{text-align:left;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere;min-width:4.5rem}
th[scope=row]{width:16rem}
th{color:var(--soft);font-weight:600}
figure{margin:1rem 0}
figcaption{font-weight:600}
svg{width:100%;height:auto;font:11px system-ui,sans-serif}
svg text{fill:var(--soft)}
polyline{fill:none;stroke-width:2}
polyline.green{stroke:var(--green)}
polyline.blue{stroke:var(--blue);stroke-dasharray:6 3}
.grid{stroke:var(--line)}
.shift{stroke:var(--soft);stroke-dasharray:1 3}
.pass-limit{stroke:var(--warn);stroke-dasharray:4 4}
.abort-limit{stroke:var(--stop);stroke-dasharray:8 3}
circle.pass{fill:var(--green)}circle.hold{fill:var(--warn)}circle.fail{fill:var(--stop)}
@media print{body{max-width:none;padding:0}table,figure{break-inside:avoid-page}}
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Returns a document as one HTML file: it loads nothing, runs nothing, and texts of anybody are escaped. */
export function htmlPage({ title, summary, sections }: ReportDocument): string {
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${styleElement(style)}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          <p>${summary}</p>
          ${sections.map(
            ({ heading, blocks }) =>
              html`<section>
                <h2>${heading}</h2>
                ${blocks.map(blockMarkup)}
              </section> `,
          )}
        </main>
      </body>
    </html> `.text;
}

function blockMarkup(block: Block): Markup {
  switch (block.kind) {
    case 'facts':
      return html`<table>
        <tbody>
          ${block.rows.map(
            ([name, text]) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td>${text}</td>
              </tr>`,
          )}
        </tbody>
      </table>`;
    case 'table':
      return tableMarkup(block.head, block.rows);
    case 'list':
      return html`<ul>
        ${block.items.map((item) => html`<li>${item}</li>`)}
      </ul>`;
    case 'checklist':
      return html`<ul>
        ${block.items.map((item) => html`<li>☐ ${item}</li>`)}
      </ul>`;
    case 'text':
      return html`<p>${block.text}</p>`;
    case 'charts':
      return reportCharts(block.of);
  }
}

function tableMarkup(head: readonly string[], rows: readonly (readonly string[])[]): Markup {
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          ${head.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
