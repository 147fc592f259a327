import { plain } from '../messages/plain.ts';

/** Returns a text of the record as a page of an incident or a release shows it: longer ones are cut; the command line has them whole. */
export function shortText(text: string): string {
  return plain(text, 240);
}
