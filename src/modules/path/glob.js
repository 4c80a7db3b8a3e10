'use strict';

// Glob patterns, for path.matchesGlob and fs.glob. A pattern is expanded ({a,b}), cut into
// segments at its slashes, and each segment becomes a literal string, a regular expression or
// GLOBSTAR. Matching walks segments and never the text as a whole, so it cannot blow up on `**`.

const { validateString } = require('runtime/validators');
const { expandBraces } = require('modules/path/braces');

const GLOBSTAR = Symbol('**');

const MAGIC = /[*?[]|[!@+](?=\()/;
const EXTGLOB_PREFIX = '!?+*@';

const POSIX_CLASSES = {
  alnum: '\\p{L}\\p{Nl}\\p{Nd}',
  alpha: '\\p{L}\\p{Nl}',
  ascii: '\\x00-\\x7f',
  blank: '\\p{Zs}\\t',
  cntrl: '\\p{Cc}',
  digit: '\\p{Nd}',
  graph: null,
  lower: '\\p{Ll}',
  print: '\\P{C}',
  punct: '\\p{P}',
  space: '\\p{Z}\\t\\r\\n\\v\\f',
  upper: '\\p{Lu}',
  word: '\\p{L}\\p{Nl}\\p{Nd}\\p{Pc}',
  xdigit: 'A-Fa-f0-9',
};

function escapeLiteral(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

// Only between brackets may (and must) a hyphen be escaped.
function escapeMember(text) {
  return text === '-' ? '\\-' : escapeLiteral(text);
}

/**
 * The bracket expression that starts at `start`, as regular expression source, and the index behind
 * it. Null when the bracket never closes, which makes it an ordinary character.
 */
function translateBracket(segment, start) {
  let index = start + 1;
  const negated = segment[index] === '!' || segment[index] === '^';
  if (negated) index++;
  let source = '';
  let first = true;
  for (;;) {
    if (index >= segment.length) return null;
    const char = segment[index];
    if (char === ']' && !first) break;
    first = false;
    const named = /^\[:([a-z]+):\]/.exec(segment.slice(index));
    if (named && Object.hasOwn(POSIX_CLASSES, named[1])) {
      if (POSIX_CLASSES[named[1]] === null) return null;
      source += POSIX_CLASSES[named[1]];
      index += named[0].length;
      continue;
    }
    const end = segment[index + 1] === '-' ? segment[index + 2] : undefined;
    if (end !== undefined && end !== ']') {
      // A range that runs backwards holds nothing.
      if (char <= end) source += `${escapeMember(char)}-${escapeMember(end)}`;
      index += 3;
    } else {
      source += escapeMember(char);
      index++;
    }
  }
  // No member at all matches nothing, or everything when negated.
  if (source === '') return { source: negated ? '[^/]' : '(?!)', next: index + 1 };
  return { source: `[${negated ? '^' : ''}${source}]`, next: index + 1 };
}

/** The index behind the parenthesis that closes the one at `open`; -1 without one. */
function closeOf(segment, open) {
  let depth = 0;
  for (let i = open; i < segment.length; i++) {
    if (segment[i] === '(') depth++;
    else if (segment[i] === ')' && --depth === 0) return i;
  }
  return -1;
}

function splitAlternatives(text) {
  const parts = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if (text[i] === '|' && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** A segment, or a part of one, as regular expression source. */
function translate(segment) {
  let source = '';
  for (let i = 0; i < segment.length; ) {
    const char = segment[i];
    if (segment[i + 1] === '(' && EXTGLOB_PREFIX.includes(char)) {
      const close = closeOf(segment, i + 1);
      if (close !== -1) {
        const inner = splitAlternatives(segment.slice(i + 2, close))
          .map(translate)
          .join('|');
        // What !(...) excludes depends on everything behind it, so that part comes first.
        if (char === '!') {
          const rest = translate(segment.slice(close + 1));
          return `${source}(?:(?!(?:${inner})${rest}$)[^/]*?)${rest}`;
        }
        source += `(?:${inner})${char === '@' ? '' : char}`;
        i = close + 1;
        continue;
      }
    }
    if (char === '*') {
      while (segment[i] === '*' && segment[i + 1] === '*') i++;
      source += '[^/]*?';
      i++;
    } else if (char === '?') {
      source += '[^/]';
      i++;
    } else if (char === '[') {
      const bracket = translateBracket(segment, i);
      source += bracket === null ? '\\[' : bracket.source;
      i = bracket === null ? i + 1 : bracket.next;
    } else {
      source += escapeLiteral(char);
      i++;
    }
  }
  return source;
}

/** A segment of a pattern as something that `matchesSegment` understands. */
function compileSegment(segment) {
  if (segment === '**') return GLOBSTAR;
  if (!MAGIC.test(segment)) return segment;
  // A leading dot has to be asked for, and `.*` asks for hidden files, not for '.' and '..'.
  let guard = segment[0] === '.' ? '(?!\\.{1,2}$)' : '(?!\\.)';
  // Of all patterns only one that starts with a list of alternatives can match an empty name.
  if (segment[1] !== '(') guard += '(?=.)';
  return new RegExp(`^${guard}${translate(segment)}$`, 'su');
}

/** Removes '.' and resolvable '..' from the segments, as a walk along them would. */
function simplify(segments) {
  const kept = [];
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i];
    const previous = kept[kept.length - 1];
    if (segment === '.' && i > 0 && i < segments.length - 1) continue;
    if (segment === '**' && previous === '**') continue;
    const canStepBack =
      kept.length > 0 &&
      previous !== '' &&
      previous !== '.' &&
      previous !== '..' &&
      previous !== '**';
    if (segment === '..' && canStepBack) kept.pop();
    else kept.push(segment);
  }
  return kept.length === 0 ? [''] : kept;
}

function splitPath(path) {
  return simplify(path.split(/\/+/));
}

function matchesSegment(compiled, name) {
  return typeof compiled === 'string' ? compiled === name : compiled.test(name);
}

function isHidden(name) {
  return name.startsWith('.');
}

/** Whether the names are what the compiled segments describe. */
function matchesSegments(compiled, names) {
  let nameIndex = 0;
  let patternIndex = 0;
  let starIndex = -1;
  let resumeAt = 0;
  // Backtracking goes to the last globstar only: an earlier one could not do better.
  while (nameIndex < names.length) {
    const segment = compiled[patternIndex];
    if (segment === GLOBSTAR) {
      starIndex = patternIndex++;
      resumeAt = nameIndex;
      if (patternIndex === compiled.length) return !names.slice(nameIndex).some(isHidden);
      continue;
    }
    if (patternIndex < compiled.length && matchesSegment(segment, names[nameIndex])) {
      patternIndex++;
      nameIndex++;
      continue;
    }
    const atTrailingSlash = nameIndex === names.length - 1 && names[nameIndex] === '';
    if (patternIndex === compiled.length && atTrailingSlash && nameIndex > 0) return true;
    if (starIndex === -1 || isHidden(names[resumeAt])) return false;
    nameIndex = ++resumeAt;
    patternIndex = starIndex + 1;
  }
  return patternIndex === compiled.length;
}

/**
 * The alternatives of a pattern: for each the list of its compiled segments (a string for a literal
 * name, a RegExp, or GLOBSTAR). Backslashes separate as slashes do.
 */
function compileGlob(pattern) {
  return expandBraces(pattern.replaceAll('\\', '/')).map((alternative) =>
    splitPath(alternative).map(compileSegment),
  );
}

/** Whether a path, with slashes, matches one of the alternatives that `compileGlob` made. */
function matchesCompiled(alternatives, path) {
  const names = splitPath(path);
  return alternatives.some((compiled) => matchesSegments(compiled, names));
}

/** path.matchesGlob: with `isWindows`, backslashes separate the names of the path too. */
function matchesGlob(path, pattern, isWindows) {
  validateString(path, 'path');
  validateString(pattern, 'pattern');
  if (pattern === '') return path === '';
  return matchesCompiled(compileGlob(pattern), isWindows ? path.replaceAll('\\', '/') : path);
}

module.exports = { GLOBSTAR, compileGlob, matchesCompiled, matchesSegment, matchesGlob };
