'use strict';

// Code with `await` at the top level becomes an async function. What it declares has to be there
// for the next line as well, so declarations become assignments to variables outside of it.

const { acorn, options } = require('modules/repl/recoverable');

const functionTypes = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
]);

function* children(node) {
  for (const key of Object.keys(node)) {
    const value = node[key];
    if (Array.isArray(value)) {
      for (const each of value) if (each && typeof each.type === 'string') yield each;
    } else if (value && typeof value.type === 'string') {
      yield value;
    }
  }
}

/** The names that a pattern binds. */
function boundNames(pattern) {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((each) =>
        boundNames(each.type === 'RestElement' ? each.argument : each.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((each) => boundNames(each));
    case 'AssignmentPattern':
      return boundNames(pattern.left);
    case 'RestElement':
      return boundNames(pattern.argument);
    default:
      return [];
  }
}

/** Collects the changes that make a program's declarations outlive the function around it. */
class Rewriter {
  constructor(source) {
    this.source = source;
    this.edits = [];
    this.hoisted = [];
    this.hasAwait = false;
    this.hasReturn = false;
  }

  replace(start, end, text) {
    this.edits.push({ start, end, text });
  }

  visit(node, scope) {
    if (functionTypes.has(node.type)) {
      if (node.type === 'FunctionDeclaration' && scope.isTop) this.#hoistFunction(node);
      return;
    }
    switch (node.type) {
      case 'ClassDeclaration':
        if (scope.isTop) {
          this.hoisted.push(`let ${node.id.name}; `);
          this.replace(node.start, node.start, `${node.id.name}=`);
          this.replace(node.end, node.end, ';');
        }
        break;
      case 'AwaitExpression':
        this.hasAwait = true;
        break;
      case 'ForOfStatement':
        if (node.await) this.hasAwait = true;
        break;
      case 'ReturnStatement':
        this.hasReturn = true;
        break;
      case 'VariableDeclaration':
        this.#hoistVariables(node, scope);
        break;
    }
    for (const child of children(node)) this.visit(child, scopeOf(node, child, scope));
  }

  #hoistFunction(node) {
    this.hoisted.push(`var ${node.id.name}; `);
    this.replace(node.start, node.start, `this.${node.id.name} = ${node.id.name}; `);
  }

  #hoistVariables(node, scope) {
    // A block's own variables stay in it; what `using` declares has to be disposed of there.
    if (node.kind !== 'var' && !scope.isTop) return;
    if (node.kind === 'using' || node.kind === 'await using') return;
    const names = node.declarations.flatMap((each) => boundNames(each.id));
    const kind = node.kind === 'var' ? 'var' : 'let';
    if (names.length > 0) this.hoisted.push(`${kind} ${names.join(', ')}; `);
    const { isForHead } = scope;
    const keywordEnd = node.start + node.kind.length;
    if (isForHead === 'in') {
      this.replace(node.start, keywordEnd, ' '.repeat(node.kind.length));
      return;
    }
    this.replace(node.start, keywordEnd, `void${' '.repeat(Math.max(0, node.kind.length - 4))} (`);
    for (const declaration of node.declarations) {
      this.replace(declaration.start, declaration.start, '(');
      this.replace(declaration.end, declaration.end, declaration.init ? ')' : '=undefined)');
    }
    const last = node.declarations.at(-1);
    this.replace(last.end, last.end, ')');
  }

  result() {
    // Insertions at one place keep their order.
    const edits = this.edits.map((edit, order) => ({ ...edit, order }));
    edits.sort((a, b) => a.start - b.start || a.order - b.order);
    let text = '';
    let from = 0;
    for (const { start, end, text: replacement } of edits) {
      text += this.source.slice(from, start) + replacement;
      from = Math.max(from, end);
    }
    return text + this.source.slice(from);
  }
}

function scopeOf(parent, child, scope) {
  switch (parent.type) {
    case 'Program':
      return { isTop: true };
    case 'ForInStatement':
    case 'ForOfStatement':
      return parent.left === child ? { isTop: false, isForHead: 'in' } : { isTop: false };
    case 'ForStatement':
      return { isTop: false, isForHead: parent.init === child ? 'classic' : undefined };
    case 'VariableDeclaration':
    case 'VariableDeclarator':
    case 'LabeledStatement':
    case 'ExpressionStatement':
      return scope.isForHead ? { isTop: false } : scope;
    default:
      return { isTop: false };
  }
}

/**
 * Code that does the same inside an async function, or null for code that needs none or has no
 * place in one. Its value is a promise for { value }.
 */
function processTopLevelAwait(source) {
  const opening = '(async () => { ';
  const closing = ' })()';
  const wrapped = `${opening}${source}${closing}`;
  let root;
  try {
    root = acorn().parse(wrapped, options);
  } catch {
    // The compiler's own message about the source itself is the better one.
    return null;
  }
  const { body } = root.body[0].expression.callee;
  const rewriter = new Rewriter(wrapped);
  for (const statement of body.body) rewriter.visit(statement, { isTop: true });
  if (!rewriter.hasAwait || rewriter.hasReturn) return null;

  // The last statement's value is the value of all.
  const last = body.body.at(-1);
  if (last?.type === 'ExpressionStatement') {
    const { expression } = last;
    rewriter.edits.unshift({
      start: last.start,
      end: last.start,
      text: 'return { __proto__: null, value: (',
    });
    const tail = wrapped[last.end - 1] === ';' ? last.end - 1 : last.end;
    rewriter.replace(Math.max(expression.end, tail), last.end, ') };');
  }
  return rewriter.hoisted.join('') + rewriter.result();
}

/** The names that the top level of a program declares with let, const or class. */
function declaredNames(source) {
  let program;
  try {
    program = acorn().parse(source, options);
  } catch {
    return [];
  }
  return program.body.flatMap((node) => {
    if (node.type === 'ClassDeclaration') return [node.id.name];
    if (node.type !== 'VariableDeclaration' || node.kind === 'var') return [];
    return node.declarations.flatMap((each) => boundNames(each.id));
  });
}

module.exports = { declaredNames, processTopLevelAwait };
