import { isAlias, isMap, isPair, isScalar, isSeq, parseDocument } from 'yaml';

/** Short forms whose name has no `Fn::`. */
const bare: readonly string[] = ['Ref', 'Condition'];

/**
 * A CloudFormation template as plain values, each short form (`!Sub x`) as the long one (`{ 'Fn::Sub': 'x' }`).
 * @param text YAML or JSON
 * @throws Error where it is neither
 */
export function readTemplate(text: string): unknown {
  const document = parseDocument(text, { logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) throw new Error(`the template cannot be read: ${error.message}`);
  return plain(document.contents);
}

function plain(node: unknown): unknown {
  if (isAlias(node)) throw new Error(`the template has an alias (*${node.source}), which CloudFormation does not take`);
  const value = valueOf(node);
  const tag = (isScalar(node) || isSeq(node) || isMap(node)) && node.tag;
  if (!tag || !tag.startsWith('!') || tag.startsWith('!!')) return value;
  const name = tag.slice(1);
  if (name === 'GetAtt' && typeof value === 'string') {
    const at = value.indexOf('.');
    return { 'Fn::GetAtt': [value.slice(0, at), value.slice(at + 1)] };
  }
  return { [bare.includes(name) ? name : `Fn::${name}`]: value };
}

function valueOf(node: unknown): unknown {
  if (isSeq(node)) return node.items.map(plain);
  if (isMap(node))
    return Object.fromEntries(
      node.items.map((pair) => (isPair(pair) ? [String(plain(pair.key)), plain(pair.value)] : [])),
    );
  return isScalar(node) ? node.value : undefined;
}
