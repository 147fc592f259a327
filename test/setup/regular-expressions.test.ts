import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createContext, Script } from 'node:vm';
import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { projectRoot } from '../../local/stack/project-root.ts';

/** Long enough that time with the square of it is seconds, and time in proportion a few milliseconds. */
const longest = 20_000;
const mostCpuMs = 100;
/** One that tries every way to divide a text would not end before the machine does. */
const mostMs = 5_000;
const tried: { expression?: RegExp; text?: string } = createContext({});
const trying = new Script('expression.test(text)');

/** What texts are made of that people, files and other systems send. */
const units = [
  ...['a', '1', 'A', '-', '_', '.', '/', ' ', '\t', '\n', '\r\n', '"', '\\', '@', ':', '<', '{', '=', '%', '#', '*'],
  ...[
    'a-',
    'a.',
    'a/',
    'a:',
    'a@',
    'a b ',
    'a1',
    '0-',
    'T',
    '://',
    '://a:',
    'www.',
    '{{',
    '\u00e9',
    '\u{1F600}',
    '\u200b',
  ],
  ...['eyJaaaaaaaaaa', 'arn:aws:', 's3://', '12:', 'sha256:'],
];

/** What never reads a text that somebody else can make long. */
const bounded: Readonly<Record<string, string>> = {
  'lib/analysis/strength-text.ts': 'a number of the product',
  'lib/cli/init/written-spec.ts': 'names of two ECS services, at most 255 characters',
  'lib/console/html.ts': 'templates of the product',
  'lib/metrics/prometheus/metric-source.ts': 'the URL of a server, at most 500 characters',
  'lib/specification/reference.ts': 'descriptions of the product',
  'lib/metrics/prometheus/shape/query-doubts.ts': 'durations that were matched whole',
};

function literals(): ReadonlyMap<string, readonly string[]> {
  const files = execFileSync('git', ['ls-files', 'lib', 'functions', 'bin'], { cwd: projectRoot, encoding: 'utf8' });
  const found = new Map<string, readonly string[]>();
  for (const file of files.split('\n').filter((name) => /\.(?:ts|mjs)$/.test(name))) {
    const walk = (node: ts.Node): void => {
      if (node.kind === ts.SyntaxKind.RegularExpressionLiteral) {
        const literal = node.getText(source);
        found.set(literal, [...(found.get(literal) ?? []), file]);
      }
      ts.forEachChild(node, walk);
    };
    const text = readFileSync(path.join(projectRoot, file), 'utf8');
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    walk(source);
  }
  return found;
}

function cpuMs(expression: RegExp, text: string): number {
  Object.assign(tried, { expression, text });
  const before = process.cpuUsage();
  try {
    trying.runInContext(tried, { timeout: mostMs });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return mostMs;
    throw error;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Time that is taken by other work of the process comes once, not three times in a row. */
function isSlow(expression: RegExp, text: string): boolean {
  return [1, 2, 3].every(() => cpuMs(expression, text) > mostCpuMs);
}

test('no regular expression that reads texts of others takes time with the square of their length', () => {
  const found = literals();
  const texts = units.flatMap((unit) => ['!', '\n'].map((end) => unit.repeat(longest / unit.length) + end));
  const slow = [...found].flatMap(([literal, files]) => {
    const [file] = files.filter((one) => !Object.hasOwn(bounded, one));
    const [, source = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(literal) ?? [];
    const expression = new RegExp(source, flags.replace('g', ''));
    const text = file === undefined ? undefined : texts.find((one) => isSlow(expression, one));
    return text === undefined ? [] : [`${String(file)}: ${literal} on ${JSON.stringify(text.slice(0, 20))}`];
  });

  expect(found.size).toBeGreaterThan(200);
  expect(slow).toEqual([]);
});
