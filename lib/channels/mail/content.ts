import type { Message } from '../../messages/message.ts';
import { bodyOf } from '../../messages/body.ts';
import { linesWithin, plain, unlinked } from '../../messages/plain.ts';
import { trendColour, trendText } from '../../messages/trend-text.ts';
import { linkTarget } from '../../messages/link-target.ts';

const longestText = 5000;
/** A gate may have any name. */
const longestName = 60;
/** SES v2, API_MessageHeader: printable ASCII, up to 870 characters. */
const longestHeader = 870;

/** What a mail says; sender and receivers are the channel's. */
export interface MailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

/** @param isRepeat an earlier try got no answer, so this may be the second copy */
export function mailContent(message: Message, isRepeat: boolean): MailContent {
  const { stage, rolloutId, traceId, key } = message;
  const body = bodyOf(message);
  const what = unlinked(plain(body.what, longestText));
  const commands = body.commands.map((command) => plain(command, longestText));
  const repeat = isRepeat ? ['This may be the second copy of this mail: the first try got no answer.'] : [];
  const rows = [...body.rows, ...body.origin].map(
    ([name, value]) => [unlinked(plain(name, longestName)), unlinked(plain(value, longestText))] as const,
  );
  const { trends = [] } = message.forPeople;
  const bars = unlinked(linesWithin(trendText(trends), longestText))
    .split('\n')
    .filter(Boolean);
  const links = message.links.flatMap(({ text, url }) => {
    const target = linkTarget(url);
    return target === undefined ? [] : [{ text: plain(text, 100), target }];
  });
  return {
    subject: body.subject,
    text: [
      what,
      '',
      ...(commands.length === 0 ? [] : ['Run:', '', ...commands.map((command) => `    ${command}`), '']),
      ...rows.map(([name, value]) => `${name}: ${value}`),
      ...(bars.length === 0 ? [] : ['', ...bars, '']),
      ...links.map(({ text, target }) => `${text}: ${target}`),
      ...repeat,
      '',
    ].join('\r\n'),
    html: [
      htmlStart,
      `<p>${htmlEscaped(what)}</p>`,
      ...(commands.length === 0 ? [] : [`<pre style="${wraps}">${htmlEscaped(commands.join('\n'))}</pre>`]),
      '<table>',
      ...rows.map(
        ([name, value]) =>
          `<tr><th align="left" valign="top" style="min-width:5em">${htmlEscaped(name)}</th><td>${htmlEscaped(value)}</td></tr>`,
      ),
      '</table>',
      ...(bars.length === 0
        ? []
        : [
            `<pre style="${wraps};border-left:4px solid ${trendColour(trends)};padding-left:8px">${htmlEscaped(bars.join('\n'))}</pre>`,
          ]),
      ...links.map(({ text, target }) => `<p><a href="${htmlEscaped(target)}">${htmlEscaped(text)}</a></p>`),
      ...repeat.map((line) => `<p>${line}</p>`),
      '</body></html>',
    ].join('\r\n'),
    headers: [
      // One thread a rollout where the reader's program groups by references.
      header('References', `<${rolloutId}.${stage}@sluice.invalid>`),
      header('X-Sluice-Rollout', rolloutId),
      header('X-Sluice-Message', key),
      header('X-Sluice-Trace', traceId),
      header('Auto-Submitted', 'auto-generated'),
    ],
  };
}

/** As wide as the window of a phone, in the light and in the dark. */
const htmlStart =
  '<!doctype html><html><head><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"></head><body style="font-family:sans-serif;line-height:1.4;max-width:44rem;overflow-wrap:anywhere">';
/** Commands are longer than a phone is wide. */
const wraps = 'white-space:pre-wrap;overflow-wrap:anywhere';

function header(name: string, value: string) {
  return { name, value: value.replaceAll(/[^ -~]/g, '').slice(0, longestHeader) };
}

/** For text between tags and in quoted attributes. */
export function htmlEscaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
