import ts from 'typescript';
import { callMethod } from './methods.ts';
import type { Sources } from './sources.ts';
import {
  type Closure,
  type Command,
  type Context,
  fieldsOf,
  textsOf,
  type Thing,
  unknownPart,
  type Value,
  Values,
} from './values.ts';

const unknown: Value = { kind: 'unknown' };
const sdk = '@aws-sdk/';
/** Signs requests to services without a client. */
const signer = '@smithy/signature-v4';

export interface Options {
  /** What `process.env` holds. */
  readonly environment: Readonly<Record<string, string>>;
  /** Calls at the top of these files make values of their own: each builds one adapter. */
  readonly separates: (file: string) => boolean;
}

/** The commands that a file can send to AWS from all that its exports can reach. */
export function commandsOf(sources: Sources, file: string, options: Options): readonly Command[] {
  return new Interpreter(sources, options).run(file);
}

/**
 * Follows values through the product without running it: every branch is taken, every loop once, until nothing new is found. What
 * it gives is at least what the code can do.
 */
class Interpreter {
  readonly #sources: Sources;
  readonly #options: Options;
  readonly #cells = new Map<ts.Node, Map<Context, Values>>();
  readonly #results = new Map<ts.Node, Map<Context, Values>>();
  readonly #made = new Map<ts.Node, Map<Context, Thing>>();
  readonly #commands = new Map<ts.Node, Map<Context, Command>>();
  readonly #closures = new Map<ts.Node, Map<Context, Closure>>();
  readonly #sent = new Set<Command>();
  readonly #lost = new Set<string>();
  #bodies: { readonly closure: Closure }[] = [];
  readonly #reached = new Set<Closure>();
  readonly #files = new Set<ts.SourceFile>();
  #changes = 0;
  readonly #grew = (): void => {
    this.#changes += 1;
  };

  constructor(sources: Sources, options: Options) {
    this.#sources = sources;
    this.#options = options;
  }

  run(name: string): readonly Command[] {
    const entry = this.#sources.file(name);
    this.#load(entry);
    for (let before = -1; before !== this.#changes;) {
      before = this.#changes;
      for (const file of [...this.#files]) for (const statement of file.statements) this.#execute(statement, '');
      const handler = this.#sources.exported(entry, 'handler');
      if (handler === undefined) throw new Error(`${name} exports no handler.`);
      this.callAll(this.#cell(handler, ''), []);
      for (const { closure } of [...this.#bodies]) this.#executeBody(closure);
    }
    for (const byContext of this.#commands.values())
      for (const command of byContext.values())
        if (!this.#sent.has(command)) this.#lost.add(`${command.operation} of ${command.place} is made and not sent`);
    if (this.#lost.size > 0)
      throw new Error(`Calls of ${name} that could not be followed: ${[...this.#lost].join('; ')}`);
    return [...this.#sent];
  }

  /** Calls every function among some values; what is no function of the product gives something unknown. */
  call(callees: Iterable<Value>, args: readonly Iterable<Value>[], context: Context): Values {
    const result = this.values();
    for (const callee of [...callees]) {
      if (callee.kind === 'closure') result.addAll(this.#apply(callee, args, context));
      else result.add(unknown);
    }
    return result;
  }

  /** Hands functions to code that is not ours: it may call them, and those within what it is handed. */
  callAll(handed: Iterable<Value>, args: readonly Iterable<Value>[], seen = new Set<Value>()): Values {
    const result = this.values();
    for (const value of [...handed]) {
      if (seen.has(value)) continue;
      seen.add(value);
      if (value.kind === 'closure') {
        const given = value.node.parameters.map((_, index) => [...(args[index] ?? []), unknown]);
        result.addAll(this.#apply(value, given, value.context));
      } else if (value.kind === 'thing') result.addAll(this.callAll(fieldsOf([value]), args, seen));
    }
    return result;
  }

  values(...first: readonly Value[]): Values {
    const made = new Values(() => undefined);
    made.addAll(first);
    return made;
  }

  /** The thing that a place of the code makes. */
  thing(node: ts.Node, context: Context): Thing {
    const isRecord = ts.isObjectLiteralExpression(node) || ts.isBindingElement(node);
    return within(this.#made, node, context, () => ({ kind: 'thing', isRecord, fields: new Map() }));
  }

  put(thing: Thing, key: string, values: Iterable<Value>): void {
    let held = thing.fields.get(key);
    if (held === undefined) thing.fields.set(key, (held = new Values(this.#grew)));
    held.addAll(values);
  }

  send(commands: Iterable<Value>, place: string): void {
    let any = false;
    for (const command of commands) {
      if (command.kind !== 'command') continue;
      any = true;
      if (this.#sent.has(command)) continue;
      this.#sent.add(command);
      this.#changes += 1;
    }
    // A vendor's `send` takes no commands; one that takes something unknown is looked at by whoever reads this.
    if (!any) return;
    this.#lost.delete(place);
  }

  #load(file: ts.SourceFile): void {
    if (this.#files.has(file)) return;
    this.#files.add(file);
    this.#changes += 1;
  }

  #cell(declaration: ts.Node, context: Context): Values {
    return within(this.#cells, declaration, context, () => new Values(this.#grew));
  }

  #apply(closure: Closure, args: readonly Iterable<Value>[], caller: Context): Values {
    // A function of a file belongs to whoever calls it; one that was made within another keeps what it was made with.
    const context = closure.context === '' && ts.isFunctionDeclaration(closure.node) ? caller : closure.context;
    const target = within(this.#closures, closure.node, context, () => ({ ...closure, context }));
    closure.node.parameters.forEach((parameter, index) => {
      const given =
        parameter.dotDotDotToken === undefined
          ? (args[index] ?? [])
          : this.#rest(parameter, args.slice(index), context);
      this.#bind(parameter.name, given, context);
      if (parameter.initializer !== undefined)
        this.#bind(parameter.name, this.evaluate(parameter.initializer, context), context);
    });
    if (!this.#reached.has(target)) {
      this.#reached.add(target);
      this.#bodies.push({ closure: target });
      this.#changes += 1;
    }
    return within(this.#results, closure.node, context, () => new Values(this.#grew));
  }

  #rest(parameter: ts.ParameterDeclaration, args: readonly Iterable<Value>[], context: Context): Iterable<Value> {
    const list = this.thing(parameter, context);
    args.forEach((each, index) => {
      this.put(list, String(index), each);
    });
    return [list];
  }

  #executeBody({ node, context }: Closure): void {
    if (!('body' in node) || node.body === undefined) return;
    const result = within(this.#results, node, context, () => new Values(this.#grew));
    if (ts.isBlock(node.body)) this.#execute(node.body, context, result);
    else result.addAll(this.evaluate(node.body, context));
  }

  #execute(node: ts.Node, context: Context, result?: Values): void {
    if (ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isImportDeclaration(node)) return;
    if (ts.isFunctionDeclaration(node)) {
      if (node.name !== undefined)
        this.#cell(node.name, ts.isSourceFile(node.parent) ? '' : context).add(this.#closureOf(node, context));
      return;
    }
    if (ts.isVariableDeclaration(node)) {
      if (node.initializer !== undefined) this.#bind(node.name, this.evaluate(node.initializer, context), context);
      return;
    }
    if (ts.isReturnStatement(node)) {
      if (node.expression !== undefined) result?.addAll(this.evaluate(node.expression, context));
      return;
    }
    if (ts.isForOfStatement(node)) {
      const elements = fieldsOf(this.evaluate(node.expression, context));
      if (ts.isVariableDeclarationList(node.initializer))
        for (const { name } of node.initializer.declarations) this.#bind(name, elements, context);
    }
    if (ts.isExpression(node)) {
      this.evaluate(node, context);
      return;
    }
    ts.forEachChild(node, (child) => {
      this.#execute(child, context, result);
    });
  }

  #bind(name: ts.BindingName, values: Iterable<Value>, context: Context): void {
    if (ts.isIdentifier(name)) {
      this.#cell(name, isOfFile(name) ? '' : context).addAll(values);
      return;
    }
    const all = [...values];
    const named = new Set<string>();
    name.elements.forEach((element, index) => {
      if (!ts.isBindingElement(element)) return;
      const key = ts.isArrayBindingPattern(name) ? String(index) : keyOf(element.propertyName ?? element.name);
      if (key !== undefined) named.add(key);
      const held =
        element.dotDotDotToken === undefined ? fieldsOf(all, key) : [this.#without(element, all, named, context)];
      this.#bind(element.name, held, context);
      if (element.initializer !== undefined)
        this.#bind(element.name, this.evaluate(element.initializer, context), context);
    });
  }

  #without(node: ts.Node, values: readonly Value[], named: ReadonlySet<string>, context: Context): Thing {
    const rest = this.thing(node, context);
    this.#spread(rest, values, named);
    return rest;
  }

  #spread(into: Thing, values: Iterable<Value>, except: ReadonlySet<string> = new Set()): void {
    for (const value of [...values]) {
      if (value.kind === 'unknown') this.put(into, '*', [unknown]);
      if (value.kind === 'thing')
        for (const [key, held] of [...value.fields]) if (!except.has(key)) this.put(into, key, held);
    }
  }

  #closureOf(node: ts.FunctionLikeDeclaration, context: Context): Closure {
    return within(this.#closures, node, context, () => ({ kind: 'closure', node, context }));
  }

  /** Everything that an expression can be. */
  evaluate(node: ts.Node, context: Context): Iterable<Value> {
    if (ts.isStringLiteralLike(node)) return [{ kind: 'text', text: node.text }];
    if (ts.isIdentifier(node)) return this.#named(node, context);
    if (ts.isPropertyAccessExpression(node)) return this.#property(node, context);
    if (ts.isElementAccessExpression(node)) return this.#element(node, context);
    if (ts.isCallExpression(node)) return this.#called(node, context);
    if (ts.isNewExpression(node)) return this.#constructed(node, context);
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node))
      return [this.#closureOf(node, this.#separated(node, context))];
    if (ts.isObjectLiteralExpression(node)) return [this.#object(node, context)];
    if (ts.isArrayLiteralExpression(node)) return [this.#array(node, context)];
    if (ts.isTemplateExpression(node)) return this.#template(node, context);
    if (ts.isConditionalExpression(node)) {
      this.evaluate(node.condition, context);
      return [...this.evaluate(node.whenTrue, context), ...this.evaluate(node.whenFalse, context)];
    }
    if (ts.isBinaryExpression(node)) return this.#binary(node, context);
    if (isWrapper(node)) return this.evaluate(node.expression, context);
    if (node.kind === ts.SyntaxKind.NullKeyword) return [];
    const parts: Value[] = [];
    ts.forEachChild(node, (child) => {
      if (ts.isExpression(child) || ts.isTemplateSpan(child)) parts.push(...this.evaluate(child, context));
    });
    this.callAll(parts, []);
    return [unknown];
  }

  #named(name: ts.Identifier, context: Context): Iterable<Value> {
    if (name.text === 'undefined') return [];
    const binding = this.#sources.bindingOf(name);
    if (binding === undefined) return [unknown];
    if (binding.kind === 'local') return this.#cell(binding.declaration, binding.isOfFile ? '' : context);
    if (!binding.from.endsWith('.ts')) return [unknown];
    const file = this.#sources.file(binding.from);
    this.#load(file);
    const declaration = this.#sources.exported(file, binding.name);
    return declaration === undefined ? [unknown] : this.#cell(declaration, '');
  }

  #property(node: ts.PropertyAccessExpression, context: Context): Iterable<Value> {
    const { expression, name } = node;
    if (expression.getText() === 'process.env') return this.#setting([name.text]);
    return fieldsOf(this.evaluate(expression, context), name.text);
  }

  #element({ expression, argumentExpression }: ts.ElementAccessExpression, context: Context): Iterable<Value> {
    const keys = textsOf(this.evaluate(argumentExpression, context));
    if (expression.getText() === 'process.env') return this.#setting(keys);
    const values = [...this.evaluate(expression, context)];
    if (keys.length === 0 || keys.some((key) => key.includes(unknownPart))) return fieldsOf(values);
    return keys.flatMap((key) => fieldsOf(values, key));
  }

  #setting(names: readonly string[]): readonly Value[] {
    return names.map((name) => {
      const text = name.includes(unknownPart) ? unknownPart : this.#options.environment[name];
      return text === undefined ? unknown : { kind: 'text', text };
    });
  }

  #called(node: ts.CallExpression, context: Context): Iterable<Value> {
    const args = node.arguments.map((argument) =>
      ts.isSpreadElement(argument)
        ? fieldsOf(this.evaluate(argument.expression, context))
        : this.evaluate(argument, context),
    );
    const inside = this.#separated(node, context);
    const { expression: callee } = node;
    const pages = ts.isIdentifier(callee) ? this.#commandOf(node, callee, args[1] ?? [], context) : undefined;
    if (pages !== undefined) {
      this.send([pages], '');
      return [unknown];
    }
    if (ts.isPropertyAccessExpression(callee)) return callMethod(this, node, callee, args, context, inside);
    const callees = [...this.evaluate(callee, context)];
    if (this.#isForeign(callee))
      this.callAll(
        args.flatMap((each) => [...each]),
        [],
      );
    return this.call(callees, args, inside);
  }

  /** Of a package or of the platform: it may call whatever it is handed. */
  #isForeign(callee: ts.Expression): boolean {
    if (!ts.isIdentifier(callee)) return false;
    const binding = this.#sources.bindingOf(callee);
    return binding === undefined || (binding.kind === 'import' && !binding.from.endsWith('.ts'));
  }

  /** Each call at the top of a file of adapters has values of its own. */
  #separated(node: ts.Node, context: Context): Context {
    if (context !== '') return context;
    const file = node.getSourceFile();
    return this.#options.separates(file.fileName) && isOfFile(node) ? `${file.fileName}:${node.pos}` : context;
  }

  #constructed(node: ts.NewExpression, context: Context): Iterable<Value> {
    const args = (node.arguments ?? []).map((argument) => [...this.evaluate(argument, context)]);
    const command = ts.isIdentifier(node.expression)
      ? this.#commandOf(node, node.expression, args[0] ?? [], context)
      : undefined;
    if (command !== undefined) return [command];
    const made = this.thing(node, context);
    this.put(made, '*', [...fieldsOf(args.flat()), unknown]);
    return [made];
  }

  #commandOf(node: ts.Node, name: ts.Identifier, input: Iterable<Value>, context: Context): Command | undefined {
    const binding = this.#sources.bindingOf(name);
    if (binding?.kind !== 'import') return undefined;
    const isSigner = binding.from === signer && binding.name === 'SignatureV4';
    if (!isSigner && !binding.from.startsWith(sdk)) return undefined;
    const operation = isSigner
      ? 'Sign'
      : (/^(\w+)Command$/.exec(binding.name)?.[1] ?? /^paginate(\w+)$/.exec(binding.name)?.[1]);
    if (operation === undefined) return undefined;
    const file = node.getSourceFile();
    const place = `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    const command = within(this.#commands, node, context, (): Command => ({
      kind: 'command',
      client: isSigner ? signer : binding.from.slice(sdk.length),
      operation,
      input: new Values(this.#grew),
      place,
    }));
    command.input.addAll(input);
    // What is signed is sent by the platform's own means, which are not followed.
    if (isSigner) this.send([command], place);
    return command;
  }

  #object(node: ts.ObjectLiteralExpression, context: Context): Thing {
    const made = this.thing(node, context);
    for (const property of node.properties) {
      if (ts.isSpreadAssignment(property)) this.#spread(made, this.evaluate(property.expression, context));
      else if (ts.isShorthandPropertyAssignment(property))
        this.put(made, property.name.text, this.#named(property.name, context));
      else if (ts.isPropertyAssignment(property))
        this.put(made, keyOf(property.name) ?? '*', this.evaluate(property.initializer, context));
      else this.put(made, keyOf(property.name) ?? '*', [this.#closureOf(property, context)]);
    }
    return made;
  }

  #array(node: ts.ArrayLiteralExpression, context: Context): Thing {
    const made = this.thing(node, context);
    let isSpread = false;
    node.elements.forEach((element, index) => {
      isSpread ||= ts.isSpreadElement(element);
      const values = ts.isSpreadElement(element)
        ? fieldsOf(this.evaluate(element.expression, context))
        : this.evaluate(element, context);
      this.put(made, isSpread ? '*' : String(index), values);
    });
    return made;
  }

  #template(node: ts.TemplateExpression, context: Context): readonly Value[] {
    let texts: readonly string[] = [node.head.text];
    for (const { expression, literal } of node.templateSpans) {
      const held = textsOf(this.evaluate(expression, context));
      const parts = held.length === 0 || held.length > 5 ? [unknownPart] : held;
      texts = texts.flatMap((text) => parts.map((part) => `${text}${part}${literal.text}`)).slice(0, 40);
    }
    return texts.map((text) => ({ kind: 'text', text }));
  }

  #binary({ left, operatorToken, right }: ts.BinaryExpression, context: Context): Iterable<Value> {
    const held = [...this.evaluate(right, context)];
    if (operatorToken.kind >= ts.SyntaxKind.FirstAssignment && operatorToken.kind <= ts.SyntaxKind.LastAssignment) {
      if (ts.isIdentifier(left)) {
        const binding = this.#sources.bindingOf(left);
        if (binding?.kind === 'local') this.#cell(binding.declaration, binding.isOfFile ? '' : context).addAll(held);
      } else if (ts.isPropertyAccessExpression(left))
        for (const value of [...this.evaluate(left.expression, context)])
          if (value.kind === 'thing') this.put(value, left.name.text, held);
      return held;
    }
    const before = [...this.evaluate(left, context)];
    const chooses = [
      ts.SyntaxKind.QuestionQuestionToken,
      ts.SyntaxKind.BarBarToken,
      ts.SyntaxKind.AmpersandAmpersandToken,
    ];
    return chooses.includes(operatorToken.kind) ? [...before, ...held] : [unknown];
  }
}

function isWrapper(node: ts.Node): node is ts.ParenthesizedExpression | ts.AwaitExpression | ts.AsExpression {
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isAwaitExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node)
  );
}

function keyOf(name: ts.PropertyName | ts.BindingName): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name) ? name.text : undefined;
}

/** Whether something stands outside every function of its file. */
function isOfFile(node: ts.Node): boolean {
  for (let above: ts.Node = node.parent; ; above = above.parent) {
    if (ts.isSourceFile(above)) return true;
    if (ts.isFunctionLike(above) || ts.isBlock(above)) return false;
  }
}

function within<Held>(map: Map<ts.Node, Map<Context, Held>>, node: ts.Node, context: Context, make: () => Held): Held {
  let byContext = map.get(node);
  if (byContext === undefined) map.set(node, (byContext = new Map<Context, Held>()));
  let held = byContext.get(context);
  if (held === undefined) byContext.set(context, (held = make()));
  return held;
}
