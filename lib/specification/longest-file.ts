/** Longest file that is read, in characters. */
export const longestFile = 64 * 1024;
