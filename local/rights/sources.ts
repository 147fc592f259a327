import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** The declaration that a name stands for: of this file, or what another file or package exports under a name. */
export type Binding =
  | { readonly kind: 'local'; readonly declaration: ts.Identifier; readonly isOfFile: boolean }
  | { readonly kind: 'import'; readonly from: string; readonly name: string };

/** Source files of the product, parsed once and without types. */
export class Sources {
  readonly #files = new Map<string, ts.SourceFile>();
  readonly #scopes = new Map<ts.Node, ReadonlyMap<string, ts.Identifier>>();
  readonly #imports = new Map<ts.SourceFile, ReadonlyMap<string, Binding>>();

  file(name: string): ts.SourceFile {
    const known = this.#files.get(name);
    if (known !== undefined) return known;
    const text = readFileSync(name, 'utf8');
    const parsed = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
    this.#files.set(name, parsed);
    return parsed;
  }

  /** What a name means where it stands; `undefined` for the names of the language and the platform. */
  bindingOf(name: ts.Identifier): Binding | undefined {
    for (let scope: ts.Node = name.parent; ; scope = scope.parent) {
      const declaration = this.#scopeOf(scope).get(name.text);
      if (declaration !== undefined) return { kind: 'local', declaration, isOfFile: ts.isSourceFile(scope) };
      if (ts.isSourceFile(scope)) return this.#importsOf(scope).get(name.text);
    }
  }

  /** A declaration of a file by its exported name. */
  exported(file: ts.SourceFile, name: string): ts.Identifier | undefined {
    return this.#scopeOf(file).get(name);
  }

  #importsOf(file: ts.SourceFile): ReadonlyMap<string, Binding> {
    const known = this.#imports.get(file);
    if (known !== undefined) return known;
    const found = new Map<string, Binding>();
    for (const statement of file.statements) {
      if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
      const clause = statement.importClause;
      if (clause === undefined || clause.phaseModifier === ts.SyntaxKind.TypeKeyword) continue;
      const from = resolved(file.fileName, statement.moduleSpecifier.text);
      if (clause.name !== undefined) found.set(clause.name.text, { kind: 'import', from, name: 'default' });
      const named = clause.namedBindings;
      if (named === undefined) continue;
      if (ts.isNamespaceImport(named)) found.set(named.name.text, { kind: 'import', from, name: '*' });
      else
        for (const { name, propertyName, isTypeOnly } of named.elements)
          if (!isTypeOnly) found.set(name.text, { kind: 'import', from, name: (propertyName ?? name).text });
    }
    this.#imports.set(file, found);
    return found;
  }

  #scopeOf(scope: ts.Node): ReadonlyMap<string, ts.Identifier> {
    const known = this.#scopes.get(scope);
    if (known !== undefined) return known;
    const found = new Map<string, ts.Identifier>();
    const add = (name: ts.BindingName | undefined): void => {
      if (name === undefined) return;
      if (ts.isIdentifier(name)) found.set(name.text, name);
      else for (const element of name.elements) if (ts.isBindingElement(element)) add(element.name);
    };
    if (ts.isFunctionLike(scope)) for (const parameter of scope.parameters) add(parameter.name);
    if (ts.isFunctionExpression(scope) && scope.name !== undefined) add(scope.name);
    if (ts.isCatchClause(scope)) add(scope.variableDeclaration?.name);
    if (ts.isForStatement(scope) || ts.isForOfStatement(scope) || ts.isForInStatement(scope)) {
      const { initializer } = scope;
      if (initializer !== undefined && ts.isVariableDeclarationList(initializer))
        for (const declaration of initializer.declarations) add(declaration.name);
    }
    if (ts.isSourceFile(scope) || ts.isBlock(scope) || ts.isModuleBlock(scope))
      for (const one of scope.statements) addDeclared(one, add);
    if (ts.isCaseBlock(scope))
      for (const clause of scope.clauses) for (const one of clause.statements) addDeclared(one, add);
    this.#scopes.set(scope, found);
    return found;
  }
}

function addDeclared(statement: ts.Statement, add: (name: ts.BindingName | undefined) => void): void {
  if (ts.isVariableStatement(statement)) for (const { name } of statement.declarationList.declarations) add(name);
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) add(statement.name);
}

/**
 * Rooms and files that are not followed: they are pure, so no command can be in them, and their tables of functions would be followed
 * for hours. Their values are unknown; the names of announced events are followed, as a policy limits them.
 */
const opaque =
  /\/lib\/(?:messages\/(?!event-detail)|analysis|specification|rollout\/(?:events|event-|define-event|state|transition|matters|needs))/;

/** A file of the product, or the name of a package. */
function resolved(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const file = path.resolve(path.dirname(from), specifier);
  if (opaque.test(file)) return 'a pure room';
  return existsSync(file) ? file : specifier;
}
