import { RE2JS, RE2JSException } from 're2js';

/** Longest tag that ECR takes; longer ones match nothing. */
const longestTag = 128;

/** Matches in time that grows with the tag alone, whatever the pattern: an automaton instead of a search that goes back. */
function automatonOf(pattern: string): RE2JS {
  return RE2JS.compile(`(?:${pattern})`);
}

/** What is wrong with a tag pattern, and what is expected; `undefined` where nothing is. */
export function tagPatternProblem(source: string): string | undefined {
  if (source === '') return 'is empty and matches no tag, expected a regular expression such as \\d+-[0-9a-f]{7,40}';
  try {
    new RegExp(`^(?:${source})$`, 'u');
    new RegExp(source, 'u');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return `is no regular expression (${error.message}), expected one such as \\d+-[0-9a-f]{7,40}`;
  }
  try {
    automatonOf(source);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return `uses what an automaton cannot match (${error.message}), expected no look-around, no back reference and no count above 1000`;
  }
  return undefined;
}

/** Whether a whole tag matches a pattern; a tag longer than a registry allows never does. */
export function tagMatches(pattern: string, tag: string): boolean {
  if (tag.length > longestTag) return false;
  try {
    return automatonOf(pattern).matches(tag);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    // A spec of before may hold such a pattern; what was taken then leaves a search that goes back seconds at worst.
    return new RegExp(`^(?:${pattern})$`, 'u').test(tag);
  }
}
