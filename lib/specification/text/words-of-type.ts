/** Returns a name in camel case as words: `TrafficNotRestored` as "traffic not restored". */
export function wordsOfType(type: string): string {
  return type.replaceAll(/(?<=.)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}
