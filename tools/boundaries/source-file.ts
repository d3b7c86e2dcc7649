import ts from "typescript";

/** One import or re-export, static or dynamic, of values or of types alone. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
}

/** Something that a rule may forbid: a global (`Date`, `Math.random`), a keyword (`async`), `export *`. */
export interface Mention {
  readonly name: string;
  readonly line: number;
}

export interface SourceFile {
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly mentions: readonly Mention[];
}

const globals = new Set([
  "Buffer",
  "Date",
  "Promise",
  "WebSocket",
  "XMLHttpRequest",
  "clearInterval",
  "clearTimeout",
  "console",
  "crypto",
  "fetch",
  "globalThis",
  "performance",
  "process",
  "queueMicrotask",
  "setImmediate",
  "setInterval",
  "setTimeout",
]);

/** Reads one TypeScript file with the compiler's own parser. */
export function readSource(path: string, text: string): SourceFile {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const mentions: Mention[] = [];
  const lineOf = (node: ts.Node) => tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;

  function visit(node: ts.Node): void {
    const specifier = specifierOf(node);
    if (specifier !== undefined) imports.push({ specifier, line: lineOf(node) });
    const name = mentionOf(node);
    if (name !== undefined) mentions.push({ name, line: lineOf(node) });
    ts.forEachChild(node, visit);
  }
  visit(tree);
  return { text, lines: text.split("\n").length - (text.endsWith("\n") ? 1 : 0), imports, mentions };
}

function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return literal(node.moduleSpecifier);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return literal(node.arguments[0]) ?? "import(…) of something computed";
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return literal(node.argument.literal);
  return undefined;
}

function literal(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function mentionOf(node: ts.Node): string | undefined {
  switch (node.kind) {
    case ts.SyntaxKind.AsyncKeyword:
      return "async";
    case ts.SyntaxKind.AwaitKeyword:
    case ts.SyntaxKind.AwaitExpression:
      return "await";
  }
  if (ts.isExportDeclaration(node)) {
    return node.exportClause === undefined || ts.isNamespaceExport(node.exportClause) ? "export *" : undefined;
  }
  if (ts.isPropertyAccessExpression(node) && node.getText() === "Math.random") return "Math.random";
  if (ts.isIdentifier(node) && globals.has(node.text) && refersToAVariable(node)) return node.text;
  return undefined;
}

/** Whether an identifier stands for a variable or a type, and does not merely name a property or declare something. */
function refersToAVariable(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  if (ts.isImportTypeNode(parent)) return false;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isBindingElement(parent)) return false;
  return !("name" in parent && parent.name === node) || ts.isShorthandPropertyAssignment(parent);
}
