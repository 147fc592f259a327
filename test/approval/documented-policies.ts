import { readFileSync } from 'node:fs';
import * as z from 'zod';

const page = readFileSync(new URL('../../docs/iam.md', import.meta.url), 'utf8');
const policy = z.object({ Version: z.literal('2012-10-17'), Statement: z.array(z.unknown()).min(1) });

/**
 * Returns the statements of the policies in docs/iam.md, by the chapter of the job that they are for.
 * @param place puts the reader's account, region, stage and API in the place of those of the page
 */
export function documentedPolicies(place = (text: string) => text): Readonly<Record<string, readonly unknown[]>> {
  const chapters = page.split(/^## /m).slice(1);
  return Object.fromEntries(
    chapters.map((chapter) => [
      chapter.slice(0, chapter.indexOf('\n')),
      [...chapter.matchAll(/```json\n([^]*?)```/g)].flatMap(
        ([, text = '']) => policy.parse(JSON.parse(place(text))).Statement,
      ),
    ]),
  );
}
