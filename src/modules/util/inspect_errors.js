'use strict';

// How inspect shows errors: the stack with a truthful name, without repeated frames.

const { prefix } = require('modules/util/inspect_names');

/** What a getter that may throw gives, with `fallback` where it does. */
function read(object, key, fallback) {
  try {
    return object[key];
  } catch {
    return fallback;
  }
}

/**
 * The text of an error. Takes out of `keys` what the text says already, and adds cause and errors,
 * which are shown though they are not enumerable.
 */
function formatError(printer, error, ctor, tag, keys) {
  let rawName;
  let stack;
  try {
    rawName = error.name;
    stack = stackText(printer, error);
  } catch {
    // A getter threw, or a name that is a symbol: then this is all that can be said.
    return Object.prototype.toString.call(error);
  }
  const name = rawName != null ? String(rawName) : 'Error';
  dropSaid(printer, keys, error, stack);
  if (Object.hasOwn(error, 'cause') && !keys.includes('cause')) keys.push('cause');
  if (Object.hasOwn(error, 'errors') && Array.isArray(error.errors) && !keys.includes('errors')) {
    keys.push('errors');
  }
  stack =
    rawName == null || typeof rawName === 'string' || !stack.startsWith(name)
      ? withTrueName(stack, ctor, name, tag)
      : `${name} [${prefix(ctor, tag, 'Error').slice(0, -1)}]${stack.slice(name.length)}`;

  const message = read(error, 'message', '');
  let messageEnd = (typeof message === 'string' && message !== '' && stack.indexOf(message)) || -1;
  if (messageEnd !== -1) messageEnd += message.length;
  const framesStart = stack.indexOf('\n    at', messageEnd);
  if (framesStart === -1) {
    stack = `[${stack}]`;
  } else if (printer.options.colors || !isShownAsItIs(error, stack, framesStart)) {
    const frames = stackFrames(printer, error, stack.slice(framesStart + 1));
    stack = stack.slice(0, framesStart);
    if (printer.options.colors) stack += colorFrames(printer, frames);
    else stack += `\n${frames.join('\n')}`;
  }
  if (printer.indentation === 0) return stack;
  return stack.replaceAll('\n', `\n${' '.repeat(printer.indentation)}`);
}

// Up to this many frames are shown even where they repeat themselves.
const kFewFrames = 10;

/** Whether nothing is to be left out of the frames, which begin at `start`. */
function isShownAsItIs(error, stack, start) {
  if (read(error, 'cause', undefined) != null) return false;
  let at = start;
  for (let frames = 0; at !== -1; frames++) {
    if (frames > kFewFrames) return false;
    at = stack.indexOf('\n', at + 1);
  }
  return true;
}

function stackText(printer, error) {
  const stack = error.stack;
  if (stack) {
    if (typeof stack === 'string') return stack;
    printer.enter(error);
    printer.indentation += 4;
    // At no depth: it is written in full and never on one line.
    const text = printer.print(stack, Number.NaN);
    printer.indentation -= 4;
    printer.leave();
    return `${Error.prototype.toString.call(error)}\n    ${text}`;
  }
  return Error.prototype.toString.call(error);
}

function dropSaid(printer, keys, error, stack) {
  if (printer.options.showHidden || keys.length === 0) return;
  for (const name of ['name', 'message', 'stack']) {
    const index = keys.indexOf(name);
    if (index === -1) continue;
    const value = read(error, name, undefined);
    if (typeof value !== 'string' || stack.includes(value)) keys.splice(index, 1);
  }
}

/** The stack with the class's name where the stack has another, or only the inherited one. */
function withTrueName(stack, ctor, name, tag) {
  const { length } = name;
  const startsWithName =
    name.endsWith('Error') &&
    stack.startsWith(name) &&
    (stack.length === length || stack[length] === ':' || stack[length] === '\n');
  if (ctor !== null && !startsWithName) return stack;
  let fallback = 'Error';
  if (ctor === null) {
    const start =
      /^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n\s+at)/.exec(stack) ??
      /^([a-z_A-Z0-9-]*Error)$/.exec(stack);
    fallback = start?.[1] ?? '';
    const shown = prefix(null, tag, fallback || 'Error').slice(0, -1);
    return `${shown}${fallback === '' ? `: ${stack}` : stack.slice(fallback.length)}`;
  }
  const shown = prefix(ctor, tag, fallback).slice(0, -1);
  if (name === shown) return stack;
  if (!shown.includes(name)) return `${shown} [${name}]${stack.slice(length)}`;
  return length === 0 ? `${shown}: ${stack}` : `${shown}${stack.slice(length)}`;
}

/** The frames, without those that a cause shows as well and without repetitions. */
function stackFrames(printer, error, text) {
  const frames = text.split('\n');
  const cause = read(error, 'cause', undefined);
  if (cause != null && (native('types').isNativeError(cause) || cause instanceof Error)) {
    const causeStack = stackText(printer, cause);
    const start = causeStack.indexOf('\n    at');
    if (start !== -1) {
      const { length, offset } = overlap(frames, causeStack.slice(start + 1).split('\n'));
      if (length > 3) {
        const skipped = length - 2;
        const note = `    ... ${skipped} lines matching cause stack trace ...`;
        frames.splice(offset + 1, skipped, printer.style(note, 'undefined'));
      }
    }
  }
  return frames.length > kFewFrames ? collapse(printer, frames) : frames;
}

/** The longest run at the end of both lists' common part: { length, offset } in the first one. */
function overlap(first, second) {
  for (let i = 0; i < first.length - 3; i++) {
    const at = second.indexOf(first[i]);
    if (at === -1) continue;
    const rest = second.length - at;
    if (rest <= 3) continue;
    let length = 1;
    const most = Math.min(first.length - i, rest);
    while (length < most && first[i + length] === second[at + length]) length++;
    if (length > 3) return { length, offset: i };
  }
  return { length: 0, offset: 0 };
}

const kShortestRepetition = 3;

/** Replaces blocks of frames that follow themselves, as recursion makes them, by a note. */
function collapse(printer, frames) {
  const result = [];
  for (let i = 0; i < frames.length; ) {
    const found = repetition(frames, i);
    if (found === undefined) {
      result.push(frames[i++]);
      continue;
    }
    const { size, times } = found;
    for (let j = 0; j < size; j++) result.push(frames[i + j]);
    const lines = size * times;
    const what = times === 1 ? 'lines ...' : `${size} lines ${times} times...`;
    result.push(
      printer.style(
        `    ... collapsed ${lines} duplicate lines matching above ${what}`,
        'undefined',
      ),
    );
    i += size * (times + 1);
  }
  return result;
}

/** The block that starts at `start` and repeats: the one that saves the most lines. */
function repetition(frames, start) {
  let best;
  const most = Math.floor((frames.length - start) / 2);
  for (let size = 1; size <= most; size++) {
    let times = 0;
    while (isSameBlock(frames, start, start + size * (times + 1), size)) times++;
    const saved = size * times;
    if (saved >= kShortestRepetition && (best === undefined || saved > best.size * best.times)) {
      best = { size, times };
    }
  }
  return best;
}

function isSameBlock(frames, a, b, size) {
  if (b + size > frames.length) return false;
  for (let i = 0; i < size; i++) if (frames[a + i] !== frames[b + i]) return false;
  return true;
}

const builtInFrame = /^ {4}at (?:[^/\\(]+ \(|)node:.+:\d+:\d+(?:\)|$)/;

/** Built-in frames and the working folder in grey, package names underlined. */
function colorFrames(printer, frames) {
  let result = '';
  const cwd = workingFolder();
  for (let frame of frames) {
    result += '\n';
    if (builtInFrame.test(frame)) {
      result += printer.style(frame, 'undefined');
      continue;
    }
    frame = underlinePackages(printer, frame);
    if (cwd !== undefined) frame = greyFolder(printer, frame, cwd);
    result += frame;
  }
  return result;
}

function workingFolder() {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

function underlinePackages(printer, frame) {
  return frame.replace(
    /([/\\]node_modules[/\\])(@[^/\\]+[/\\][^/\\]+|[^/\\]+)(?=[/\\])/g,
    (_all, folder, name) => `${folder}${printer.style(name, 'module')}`,
  );
}

function greyFolder(printer, frame, cwd) {
  let start = frame.indexOf(cwd);
  let { length } = cwd;
  if (start !== -1 && frame.slice(start - 7, start) === 'file://') {
    start -= 7;
    length += 7;
  } else if (start === -1) {
    const url = require('node:url').pathToFileURL(cwd).href;
    start = frame.indexOf(url);
    ({ length } = url);
  }
  if (start === -1 || !/[/\\]/.test(frame[start + length] ?? '')) return frame;
  const isInParens = frame[start - 1] === '(';
  const from = isInParens ? start - 1 : start;
  const to = start + length + 1;
  let rest = frame.slice(to);
  if (isInParens && rest.endsWith(')'))
    rest = `${rest.slice(0, -1)}${printer.style(')', 'undefined')}`;
  return `${frame.slice(0, from)}${printer.style(frame.slice(from, to), 'undefined')}${rest}`;
}

module.exports = { formatError };
