import { allChecks, type ListedCheck } from './all-checks.ts';

/** Returns the table of all checks as Markdown: `docs/checks.md` holds it. `testFileOf` says where the tests of a check stand. */
export function checkTable(testFileOf: (name: string) => string | undefined): string {
  const rows = allChecks.map((check) => row(check, testFileOf(check.name)));
  return [
    '| Check | Runs | Asks | Reads | Rights | Fails when | How to fix | Its four tests |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** @throws Error for a check without tests */
function row({ name, isOptional, page }: ListedCheck, testFile: string | undefined): string {
  if (testFile === undefined) throw new Error(`The check ${name} has no tests: call fourTests('${name}', …).`);
  const rights = page.rights.map((right) => `\`${right}\``).join(', ');
  const tests = testNames(name).map((test) => `\`${test}\``);
  const cells = [
    `\`${name}\``,
    isOptional ? 'where `checks` names it' : 'always',
    page.asks,
    page.reads,
    rights === '' ? 'none' : rights,
    page.fails,
    page.fix,
    `${tests.join(', ')} in \`${testFile}\``,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}

/** Names of the tests that every check has; those that it passes and fails have their cases behind them. */
export function testNames(name: string): readonly [string, string, string, string] {
  return [
    `${name} passes`,
    `${name} fails`,
    `${name} is unknown without its rights, and names one`,
    `${name} times out, and is unknown`,
  ];
}
