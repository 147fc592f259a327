import { plain } from './plain.ts';

/** What a list of mails and a locked phone show of a line. */
const longest = 70;
/** With so much the smallest parts of the other names still fit. */
const longestHeadline = 34;
/** So much still tells one from another. */
const least = { tag: 10, service: 12, stage: 8 } as const;

/** What a subject says. */
export interface SubjectParts {
  /** `critical`, `TEST`. */
  readonly sign: string;
  readonly service: string;
  readonly stage: string;
  /** What happened, in a few words. */
  readonly headline: string;
  /** The version; empty where there is none. */
  readonly tag: string;
}

/**
 * Returns one line of at most 70 UTF-16 units: `[critical] web production: traffic stuck at 25 % on 413-b4dc0de`. What happened is
 * not cut: the tag gets shorter first, then the service, then the stage; where that is not enough, the tag is left out.
 */
export function subjectLine(parts: SubjectParts): string {
  const headline = plain(parts.headline, longestHeadline);
  const names = {
    service: plain(parts.service, longest),
    stage: plain(parts.stage, longest),
    tag: plain(parts.tag, longest),
  };
  const line = () =>
    `[${parts.sign}] ${names.service} ${names.stage}: ${headline}${names.tag === '' ? '' : ` on ${names.tag}`}`;
  const shorten = (name: keyof typeof names) => {
    const over = line().length - longest;
    if (over > 0) names[name] = plain(names[name], Math.max(least[name], names[name].length - over));
  };
  shorten('tag');
  shorten('service');
  shorten('stage');
  if (line().length > longest) names.tag = '';
  return plain(line(), longest);
}
