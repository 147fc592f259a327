import type { Message } from '../../messages/message.ts';
import { plain } from '../../messages/plain.ts';
import { linkTarget } from '../../messages/link-target.ts';

/** A line of a mail may have 998 characters (RFC 5322, 2.1.1); what a list of mails shows is far less. */
const longestSubject = 200;
const longestText = 5000;
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
  const { service, stage, severity, what, why, who, next, image, rolloutId, at, traceId, kind, key } = message;
  const sign = kind === 'test' ? 'TEST' : severity;
  const repeat = isRepeat ? ['This may be the second copy of this mail: the first try got no answer.'] : [];
  const rows = [
    ['What', what],
    ...why.map((line) => ['Why', line]),
    ['Who', who],
    ['Next', next],
    ['Image', image],
    ['When', at],
    ['Rollout', rolloutId],
  ].flatMap(([name = '', value = '']) => (value === '' ? [] : [[name, plain(value, longestText)] as const]));
  const links = message.links.flatMap(({ text, url }) => {
    const target = linkTarget(url);
    return target === undefined ? [] : [{ text: plain(text, 100), target }];
  });
  return {
    subject: plain(`[${sign}] ${service} in ${stage}: ${what}`, longestSubject),
    text: [
      ...rows.map(([name, value]) => `${name}: ${value}`),
      ...links.map(({ text, target }) => `${text}: ${target}`),
      ...repeat,
      '',
    ].join('\r\n'),
    html: [
      '<!doctype html><html><body><table>',
      ...rows.map(([name, value]) => `<tr><th align="left">${name}</th><td>${htmlEscaped(value)}</td></tr>`),
      '</table>',
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
