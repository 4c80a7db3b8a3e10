'use strict';

// What the tab key offers in a REPL. Nothing that is typed runs to find out: the objects are looked
// at property by property, and a getter, a proxy or a call ends it.

const { acorn } = require('modules/repl/recoverable');

const keywords = (
  'async await break case catch const continue debugger default delete do else export false finally for ' +
  'function if import in instanceof let new null return switch this throw true try typeof var void while with yield'
).split(' ');

const identifierName = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** Whether a name is worth offering behind a dot. */
function isOffered(name) {
  if (typeof name !== 'string' || !identifierName.test(name)) return false;
  return !name.startsWith('__') || name === '__proto__';
}

function isProxy(value) {
  return require('node:util/types').isProxy(value);
}

/** Names of own properties and of those of each prototype, the own ones first; each name once. */
function nameGroups(value) {
  const seen = new Set();
  const groups = [];
  let holder = typeof value === 'object' || typeof value === 'function' ? value : Object(value);
  while (holder !== null && !isProxy(holder)) {
    const names = Object.getOwnPropertyNames(holder).filter(
      (name) => isOffered(name) && !seen.has(name),
    );
    for (const name of names) seen.add(name);
    groups.push(names);
    holder = Object.getPrototypeOf(holder);
  }
  return groups;
}

// ---- Finding out what an expression is

/** Thrown where an expression cannot be looked at without running something. */
class Unknown extends Error {}

function tokenize(line) {
  const tokens = [];
  try {
    for (const token of acorn().tokenizer(line, { ecmaVersion: 'latest' })) tokens.push(token);
  } catch {
    return undefined;
  }
  return tokens;
}

const openers = { ')': '(', ']': '[', '}': '{' };

/** Index of the token that opens the group which the token at `index` closes, or -1. */
function openerOf(tokens, index) {
  let depth = 0;
  for (let i = index; i >= 0; i--) {
    const { label } = tokens[i].type;
    if (label === ')' || label === ']' || label === '}') depth++;
    else if (label === '(' || label === '[' || label === '{' || label === '${') {
      depth--;
      if (depth === 0) return label === openers[tokens[index].type.label] ? i : -1;
    }
  }
  return -1;
}

/** Where the chain of members whose last token is at `end` begins, or -1. */
function chainStart(tokens, end) {
  let i = end;
  for (;;) {
    const { label, keyword } = tokens[i].type;
    if (label === ')' || label === ']') {
      const opener = openerOf(tokens, i);
      if (opener === -1) return -1;
      i = opener;
      const before = tokens[i - 1]?.type.label;
      const isSuffix = before === 'name' || before === ')' || before === ']' || before === 'string';
      if (isSuffix) {
        i--;
        continue;
      }
      if (before === '?.') {
        i -= 2;
        continue;
      }
    } else if (label === '`') {
      do i--;
      while (i >= 0 && tokens[i].type.label !== '`');
      if (i < 0) return -1;
    } else if (
      label !== 'name' &&
      label !== 'string' &&
      label !== 'num' &&
      label !== 'regexp' &&
      !keyword
    ) {
      return -1;
    }
    const before = tokens[i - 1]?.type.label;
    if (before !== '.' && before !== '?.') return i;
    i -= 2;
    if (i < 0) return -1;
  }
}

/** The value of a property that no code computes. */
function readProperty(object, key) {
  if (object === null || object === undefined) throw new Unknown();
  let holder = typeof object === 'object' || typeof object === 'function' ? object : Object(object);
  while (holder !== null) {
    if (isProxy(holder)) throw new Unknown();
    const descriptor = Object.getOwnPropertyDescriptor(holder, key);
    if (descriptor !== undefined) {
      if (descriptor.get !== undefined || descriptor.set !== undefined) throw new Unknown();
      return descriptor.value;
    }
    holder = Object.getPrototypeOf(holder);
  }
  return undefined;
}

function valueOf(repl, node) {
  switch (node.type) {
    case 'Identifier':
      return lookUp(repl, node.name);
    case 'ThisExpression':
      return repl.context;
    case 'Literal':
      return node.regex ? new RegExp('') : node.value;
    case 'TemplateLiteral':
      if (node.expressions.length > 0) throw new Unknown();
      return node.quasis[0].value.cooked;
    case 'ArrayExpression':
      return [];
    case 'ParenthesizedExpression':
    case 'ChainExpression':
      return valueOf(repl, node.expression);
    case 'BinaryExpression':
      return joined(valueOf(repl, node.left), node.operator, valueOf(repl, node.right));
    case 'MemberExpression': {
      const object = valueOf(repl, node.object);
      const key = node.computed ? valueOf(repl, node.property) : node.property.name;
      if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'symbol')
        throw new Unknown();
      return readProperty(object, key);
    }
    default:
      throw new Unknown();
  }
}

function joined(left, operator, right) {
  const isPrimitive = (value) => typeof value === 'string' || typeof value === 'number';
  if (operator !== '+' || !isPrimitive(left) || !isPrimitive(right)) throw new Unknown();
  return left + right;
}

/** The value of a variable: its name alone is what runs, and no more than that. */
function lookUp(repl, name) {
  const vm = require('node:vm');
  try {
    return repl.useGlobal ? vm.runInThisContext(name) : vm.runInContext(name, repl.context);
  } catch {
    throw new Unknown();
  }
}

// ---- Putting the answer together

const byName = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** The names that begin with `filter` whatever their case, in groups with an empty name between. */
function assemble(groups, filter, prefix = '') {
  const lower = filter.toLowerCase();
  const answer = [];
  for (const group of groups) {
    const names = group.filter((name) => name.toLowerCase().startsWith(lower)).sort(byName);
    if (names.length === 0) continue;
    if (answer.length > 0) answer.push('');
    for (const name of names) answer.push(prefix + name);
  }
  return answer;
}

/** Names of variables that are no properties of the global object, and of those that are. */
function globalGroups(repl, filter) {
  const vm = require('node:vm');
  const globalObject = repl.useGlobal ? globalThis : vm.runInContext('globalThis', repl.context);
  const [own, ...inherited] = nameGroups(globalObject);
  const all = new Set([
    ...own,
    ...(repl.useGlobal ? [] : Object.getOwnPropertyNames(repl.context).filter(isOffered)),
  ]);
  if (!repl.useGlobal) {
    for (const name of vm.runInContext('Object.getOwnPropertyNames(globalThis)', repl.context)) {
      if (isOffered(name)) all.add(name);
    }
  }
  for (const name of repl._lexicalNames) all.add(name);
  const groups = filter === '' ? [] : [keywords];
  groups.push([...all]);
  for (const group of inherited) groups.push(group.filter((name) => !all.has(name)));
  return groups;
}

const declares = new Set(['let', 'const', 'var', 'class', 'function']);

// Node makes nothing of what follows a brace without a space, such as `{[Sym`.
const behindBrace = /(?:^|\s)\{[^\s}]*$/;

function completeExpression(repl, line) {
  // The space lets a `?.` at the end be one.
  const tokens = tokenize(`${line} `);
  if (tokens === undefined) return [[], line];
  const last = tokens.at(-1);
  if (last === undefined || last.end < line.length)
    return [assemble(globalGroups(repl, ''), ''), ''];
  if (behindBrace.test(line)) return [[], line];
  const isWord = last.type.label === 'name' || last.type.keyword !== undefined;
  const partial = isWord ? line.slice(last.start, last.end) : '';
  const dotIndex = isWord ? tokens.length - 2 : tokens.length - 1;
  const dot = tokens[dotIndex];

  if (dot === undefined || (dot.type.label !== '.' && dot.type.label !== '?.')) {
    if (!isWord) return [[], line];
    // A name that is being made up.
    if (dot !== undefined && declares.has(line.slice(dot.start, dot.end))) return [[], partial];
    return [assemble(globalGroups(repl, partial), partial), partial];
  }

  const start = dotIndex > 0 ? chainStart(tokens, dotIndex - 1) : -1;
  if (start === -1) return [[], line];
  const from = tokens[start].start;
  const completeOn = line.slice(from);
  const expression = line.slice(from, dot.start);
  try {
    const node = acorn().parseExpressionAt(expression, 0, {
      ecmaVersion: 'latest',
      preserveParens: true,
    });
    const value = valueOf(repl, node);
    if (value === null || value === undefined || isProxy(value)) return [[], completeOn];
    // What is inherited from furthest comes first, the own names are nearest to the cursor.
    const groups = nameGroups(value).reverse();
    return [assemble(groups, partial, line.slice(from, dot.end)), completeOn];
  } catch (error) {
    if (error instanceof Unknown || error instanceof SyntaxError) return [[], completeOn];
    throw error;
  }
}

const commandLine = /^\s*\.(\w*)$/;

/** Calls `callback(error, [completions, the part of the line they complete])`. */
function complete(repl, line, callback) {
  const { completeModule, completePath } = require('modules/repl/complete_files');
  const command = commandLine.exec(line);
  if (command !== null) {
    callback(null, [assemble([Object.keys(repl.commands)], command[1]), command[1]]);
    return;
  }
  callback(
    null,
    completeModule(repl, line) ??
      completePath(repl, line) ??
      completeExpression(repl, line.trimStart()),
  );
}

/** In the editor a tab completes what is sure, and lists nothing. */
function completeInEditor(error, answer, callback) {
  if (error) {
    callback(error);
    return;
  }
  const { commonPrefix } = require('modules/readline/completion');
  const [completions, completeOn = ''] = answer;
  const names = completions.filter(Boolean);
  callback(null, [completeOn && names.length > 0 ? [commonPrefix(names)] : [], completeOn]);
}

module.exports = { assemble, complete, completeInEditor };
