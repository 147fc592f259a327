import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { eventDefinitions } from '../../lib/rollout/events.ts';
import { rollingFix } from '../../lib/drivers/slots/moves-traffic.ts';
import { projectRoot } from '../../local/stack/project-root.ts';

const page = readFileSync(path.join(projectRoot, 'docs/troubleshooting.md'), 'utf8');
const [, whole = ''] = page.split('\n## A rollout does not begin\n');
const [beginning = ''] = whole.split('\n## ');

/** The sentences that a person is told where no rollout begins: one quotation opens each row. */
const quoted = [...beginning.matchAll(/^\| `([^|]+)` \|/gm)].map(([, text = '']) => text);

function sources(folder: string): readonly string[] {
  return readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(projectRoot, folder, name));
}

/** What is always the same in a text, with `…` for what is filled in; nothing where it comes from elsewhere. */
function fixedText(node: ts.Node): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isBinaryExpression(node)) return fixedText(node.left) + fixedText(node.right);
  if (ts.isConditionalExpression(node)) return `${fixedText(node.whenTrue)}…${fixedText(node.whenFalse)}`;
  if (!ts.isTemplateExpression(node)) return '…';
  const filled = (span: ts.TemplateSpan) => (span.expression.getText() === 'rollingFix' ? rollingFix : '…');
  return node.head.text + node.templateSpans.map((span) => filled(span) + span.literal.text).join('');
}

/** Every refusal of the code; those whose text a function puts together, with that function's texts. */
function refusals(): readonly string[] {
  return sources('lib').flatMap((file) => {
    const code = readFileSync(file, 'utf8');
    if (!code.includes('new Refusal(')) return [];
    const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
    const found: string[] = [];
    const literals: string[] = [];
    const visit = (node: ts.Node) => {
      if (ts.isNewExpression(node) && node.expression.getText() === 'Refusal') {
        const [text] = node.arguments ?? [];
        found.push(text === undefined ? '…' : fixedText(text));
      }
      if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) literals.push(fixedText(node));
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found.flatMap((text) => (text === '…' ? literals.filter((one) => / (is|are|was) busy/.test(one)) : [text]));
  });
}

/** The ends of the names of the alarms that the stack makes. */
function alarms(): readonly string[] {
  const files = readdirSync(path.join(projectRoot, 'serverless')).filter((name) => name.endsWith('.yml'));
  const texts = files.map((name) => readFileSync(path.join(projectRoot, 'serverless', name), 'utf8'));
  return texts.flatMap((text) =>
    [...text.matchAll(/AlarmName: sluice-\$\{sls:stage\}-([\w-]+)/g)].map(([, name = '']) => name),
  );
}

describe('the page on troubles', () => {
  test('quotes every sentence with which a rollout is refused', () => {
    const said = refusals();

    expect(said.length).toBeGreaterThan(55);
    expect(said.filter((text) => !quoted.some((quotation) => text.includes(quotation)))).toEqual([]);
  });

  test('quotes nothing that is not said any more', () => {
    const said = refusals();

    expect(quoted.length).toBeGreaterThan(50);
    expect(quoted.filter((quotation) => !said.some((text) => text.includes(quotation)))).toEqual([]);
  });

  test('has every event that asks for attention', () => {
    const asking = eventDefinitions
      .filter(({ severity }) => severity !== undefined && severity !== 'info')
      .map(({ type }) => type);

    expect(asking.length).toBeGreaterThan(50);
    expect(asking.filter((type) => !page.includes(`\`${type}\``))).toEqual([]);
  });

  test('has every alarm of the stack', () => {
    const made = alarms();

    expect(made.length).toBeGreaterThan(8);
    const [, last = ''] = page.split('\n## Alarms of the stack\n');
    const rows = [...last.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);
    expect(rows.toSorted()).toEqual([...made].toSorted());
  });
});
