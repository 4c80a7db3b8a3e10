'use strict';

// How a REPL shows an error that the code it ran threw.

const errorHeader = /^\[?([A-Z][a-z0-9_]*)*Error/;

/** Takes the frames below the typed code, the REPL's own, out of an error's stack. */
function trimStack(error) {
  const { overrideStack } = require('runtime/stack_traces');
  overrideStack(error, (sites) => {
    const top = sites.findLastIndex((site) => site.getFunctionName() === null);
    return top === -1 ? sites : sites.slice(0, top);
  });
}

function describe(repl, error) {
  const isObject = typeof error === 'object' && error !== null;
  if (!isObject) return repl.writer(error);
  const isError = require('node:util/types').isNativeError(error) || error instanceof Error;
  if (!isError || typeof error.stack !== 'string') return repl.writer(error);
  let excerpt = '';
  if (error.name === 'SyntaxError') {
    excerpt = sourceExcerpt(error);
    // Where the REPL compiled it says nothing.
    error.stack = error.stack.replace(/^\s+at\s.*\n?/gm, '').trimEnd();
  }
  let text = repl.writer(error);
  if (text.startsWith('[') && text.endsWith(']')) text = text.slice(1, -1);
  return excerpt + text;
}

/** The source line with carets that a syntax error points at. */
function sourceExcerpt(error) {
  const excerpt = native('errors').excerptOf?.(error) ?? '';
  // The first line of it names the file, which is the REPL.
  return excerpt.replace(/^.*REPL\d+:\d+.*\n/, '');
}

/** 'Uncaught ...' and what follows, with a line end. */
function reportText(repl, error) {
  const lines = describe(repl, error).split(/(?<=\n)/);
  const breakLength = repl.writer.options?.breakLength ?? 80;
  let isMarked = false;
  let text = '';
  for (const line of lines) {
    if (!isMarked && errorHeader.test(line)) {
      text += breakLength >= line.length ? `Uncaught ${line}` : `Uncaught:\n${line}`;
      isMarked = true;
    } else {
      text += line;
    }
  }
  if (!isMarked) text = `Uncaught${lines.length === 1 ? ' ' : ':\n'}${text}`;
  return text.endsWith('\n') ? text : `${text}\n`;
}

module.exports = { reportText, trimStack };
