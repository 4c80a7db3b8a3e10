'use strict';

// https://urlpattern.spec.whatwg.org/#component: one part of a URL to match, as a regular expression
// and as the normalized text of its pattern.

const {
  escapeRegexp,
  isNamePoint,
  parsePattern,
  segmentWildcard,
} = require('web/url/pattern_parser');

const SUFFIXES = { none: '', optional: '?', 'zero-or-more': '*', 'one-or-more': '+' };

/** https://urlpattern.spec.whatwg.org/#escape-a-pattern-string */
function escapePattern(text) {
  return text.replace(/[+*?:{}()\\]/g, '\\$&');
}

function partToRegexp(part, options) {
  const suffix = SUFFIXES[part.modifier];
  if (part.type === 'fixed-text') {
    const text = escapeRegexp(part.value);
    return part.modifier === 'none' ? text : `(?:${text})${suffix}`;
  }
  let { value } = part;
  if (part.type === 'segment-wildcard') value = segmentWildcard(options);
  else if (part.type === 'full-wildcard') value = '.*';
  const isSingle = part.modifier === 'none' || part.modifier === 'optional';
  if (part.prefix === '' && part.suffix === '') {
    return isSingle ? `(${value})${suffix}` : `((?:${value})${suffix})`;
  }
  const before = escapeRegexp(part.prefix);
  const after = escapeRegexp(part.suffix);
  if (isSingle) return `(?:${before}(${value})${after})${suffix}`;
  // Prefix and suffix stand between repetitions too.
  const repeated = `(?:${before}((?:${value})(?:${after}${before}(?:${value}))*)${after})`;
  return part.modifier === 'zero-or-more' ? `${repeated}?` : repeated;
}

/** https://urlpattern.spec.whatwg.org/#generate-a-regular-expression-and-name-list */
function generateRegexp(parts, options) {
  const source = parts.map((part) => partToRegexp(part, options)).join('');
  const names = parts.filter((part) => part.type !== 'fixed-text').map((part) => part.name);
  return { source: `^${source}$`, names };
}

function isNumericName(name) {
  return name[0] >= '0' && name[0] <= '9';
}

// Whether a part has to be put in braces so that its pattern is read as it was.
function needsGrouping(part, previous, next, hasCustomName, options) {
  if (part.suffix !== '') return true;
  if (part.prefix !== '' && part.prefix !== options.prefix) return true;
  const isPlainName = hasCustomName && part.type === 'segment-wildcard' && part.modifier === 'none';
  if (isPlainName && next !== undefined && next.prefix === '' && next.suffix === '') {
    if (next.type === 'fixed-text') {
      if (isNamePoint(Array.from(next.value)[0], false)) return true;
    } else if (isNumericName(next.name)) {
      return true;
    }
  }
  if (part.prefix !== '' || previous === undefined || previous.type !== 'fixed-text') return false;
  return options.prefix !== '' && previous.value.endsWith(options.prefix);
}

function partToPattern(part, previous, next, options) {
  const suffix = SUFFIXES[part.modifier];
  if (part.type === 'fixed-text') {
    const text = escapePattern(part.value);
    return part.modifier === 'none' ? text : `{${text}}${suffix}`;
  }
  const hasCustomName = !isNumericName(part.name);
  const isGrouped = needsGrouping(part, previous, next, hasCustomName, options);
  let text = escapePattern(part.prefix);
  if (hasCustomName) text += `:${part.name}`;
  if (part.type === 'regexp') {
    text += `(${part.value})`;
  } else if (part.type === 'segment-wildcard') {
    if (!hasCustomName) text += `(${segmentWildcard(options)})`;
    else if (part.suffix !== '' && isNamePoint(Array.from(part.suffix)[0], false)) text += '\\';
  } else {
    const isAsterisk =
      !hasCustomName &&
      (previous === undefined ||
        previous.type === 'fixed-text' ||
        previous.modifier !== 'none' ||
        isGrouped ||
        part.prefix !== '');
    text += isAsterisk ? '*' : '(.*)';
  }
  text += escapePattern(part.suffix);
  return `${isGrouped ? `{${text}}` : text}${suffix}`;
}

/** https://urlpattern.spec.whatwg.org/#generate-a-pattern-string */
function generatePattern(parts, options) {
  return parts
    .map((part, index) => partToPattern(part, parts[index - 1], parts[index + 1], options))
    .join('');
}

/** https://urlpattern.spec.whatwg.org/#compile-a-component */
function compileComponent(input, encode, options) {
  const parts = parsePattern(input, options, encode);
  const { source, names } = generateRegexp(parts, options);
  let regexp;
  try {
    regexp = new RegExp(source, options.ignoreCase ? 'vi' : 'v');
  } catch (error) {
    throw new TypeError(error.message);
  }
  return {
    pattern: generatePattern(parts, options),
    regexp,
    names,
    hasRegExpGroups: parts.some((part) => part.type === 'regexp'),
  };
}

/** https://urlpattern.spec.whatwg.org/#create-a-component-match-result */
function matchResult(component, input, match) {
  const groups = {};
  for (const [index, name] of component.names.entries()) groups[name] = match[index + 1];
  return { input, groups };
}

module.exports = { compileComponent, escapePattern, matchResult };
