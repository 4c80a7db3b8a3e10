'use strict';

// The text of the call that failed, for "The expression evaluated to a falsy value". Only the line
// on which the engine sees the call is looked at.

const kIdentifier = /[$_\p{ID_Start}][$\u200c\u200d\p{ID_Continue}]*/uy;
const kString = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/y;
const kNumber = /\d[\w.]*/y;
const kComment = /\/\*.*?\*\/|\/\/.*/y;
const kRegExp = /\/(?![*/])(?:[^\\/[]|\\.|\[(?:[^\]\\]|\\.)*\])+\/\w*/y;
const kSpace = /\s+/y;

// After one of these words a slash begins a pattern, after any other it divides.
const kBeforePattern = new Set([
  'return',
  'typeof',
  'case',
  'do',
  'else',
  'in',
  'instanceof',
  'new',
  'void',
  'delete',
  'throw',
  'await',
  'yield',
  'of',
]);

function matchAt(pattern, line, index) {
  pattern.lastIndex = index;
  return pattern.exec(line)?.[0];
}

/** The end of the template literal that begins at `index`; its substitutions may hold templates. */
function templateEnd(line, index) {
  for (let i = index + 1; i < line.length; i++) {
    if (line[i] === '\\') i++;
    else if (line[i] === '`') return i + 1;
    else if (line[i] === '$' && line[i + 1] === '{') i = substitutionEnd(line, i + 2);
  }
  return line.length;
}

function substitutionEnd(line, index) {
  let depth = 1;
  for (let i = index; i < line.length; i++) {
    if (line[i] === '`') i = templateEnd(line, i) - 1;
    else if (line[i] === '{') depth++;
    else if (line[i] === '}' && --depth === 0) return i;
  }
  return line.length;
}

/** Splits one line into tokens, without spaces and comments. */
function tokenize(line) {
  const tokens = [];
  let index = 0;
  const add = (type, text) => {
    tokens.push({ type, text, start: index, end: index + text.length });
    index += text.length;
  };
  while (index < line.length) {
    const skipped = matchAt(kSpace, line, index) ?? matchAt(kComment, line, index);
    if (skipped !== undefined) {
      index += skipped.length;
      continue;
    }
    const word = matchAt(kIdentifier, line, index);
    if (word !== undefined) {
      add('word', word);
      continue;
    }
    const literal = matchAt(kString, line, index) ?? matchAt(kNumber, line, index);
    if (literal !== undefined) add('literal', literal);
    else if (line[index] === '`') add('literal', line.slice(index, templateEnd(line, index)));
    else if (line[index] === '/' && patternMayFollow(tokens.at(-1))) {
      add('literal', matchAt(kRegExp, line, index) ?? '/');
    } else if (line[index] === '?' && line[index + 1] === '.') add('punctuator', '?.');
    else add('punctuator', line[index]);
  }
  return tokens;
}

function patternMayFollow(token) {
  if (token === undefined) return true;
  if (token.type === 'word') return kBeforePattern.has(token.text);
  return token.type === 'punctuator' && token.text !== ')' && token.text !== ']';
}

const kOpening = new Set(['(', '[', '{']);
const kClosing = new Set([')', ']', '}']);

/** The first token of the member chain (`a.b['c']`) that the token at `index` belongs to. */
function chainStart(tokens, index) {
  let at = index;
  for (;;) {
    if (tokens[at].text === ']') {
      at = matchingOpening(tokens, at);
      if (tokens[at - 1]?.text === '?.') at--;
    } else if (at > 1 && (tokens[at - 1].text === '.' || tokens[at - 1].text === '?.')) {
      at--;
    } else {
      return at;
    }
    if (at === 0) return 0;
    at--;
  }
}

function matchingOpening(tokens, index) {
  let depth = 0;
  for (let i = index; i >= 0; i--) {
    if (tokens[i].type !== 'punctuator') continue;
    if (kClosing.has(tokens[i].text)) depth++;
    else if (kOpening.has(tokens[i].text) && --depth === 0) return i;
  }
  return 0;
}

/** The text of the call at `column` (from 0), up to its closing parenthesis or the line's end. */
function callIn(line, column) {
  const tokens = tokenize(line);
  let index = tokens.findIndex((token) => token.end > column);
  if (index === -1) return line.slice(column).trim();
  // Of a call by key, `a['b'](c)`, the engine points at the parenthesis.
  let chain = index;
  if (tokens[index].text === '(') {
    const before = tokens[index - 1]?.text === '?.' ? index - 2 : index - 1;
    if (tokens[before]?.text === ']') chain = before;
  }
  const start = tokens[chainStart(tokens, chain)].start;
  while (index < tokens.length && tokens[index].text !== '(') index++;
  let depth = 0;
  for (; index < tokens.length; index++) {
    if (tokens[index].type !== 'punctuator') continue;
    if (kOpening.has(tokens[index].text)) depth++;
    else if (kClosing.has(tokens[index].text) && --depth === 0) {
      return line.slice(start, tokens[index].end);
    }
  }
  return line.slice(start);
}

const kControlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

function escapeControl(text) {
  return text.replace(
    kControlCharacters,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * The message for a value that the function which innerOk() checks for found falsy.
 * @returns {string}
 */
function describeCall() {
  // Above this function are innerOk(), the function that the program called, and the program.
  const place = native('assert').callSite(3);
  if (place === undefined) return 'false == true';
  const text = escapeControl(callIn(place.line, place.column));
  return `The expression evaluated to a falsy value:\n\n  ${text}\n`;
}

module.exports = { callIn, describeCall };
