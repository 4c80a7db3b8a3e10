'use strict';

// How a REPL shows an error that the code it ran threw.

const errorHeader = /^\[?([A-Z][a-z0-9_]*)*Error/;

/** Takes the frames from the top level of the typed code downward, the REPL's own, out of a stack. */
function trimStack(error) {
  const { overrideStack } = require('runtime/stack_traces');
  overrideStack(error, (sites) => {
    const isTopLevel = (site) =>
      site.getFunctionName() === null && /^REPL\d+$/.test(site.getFileName() ?? '');
    const top = sites.findLastIndex(isTopLevel);
    return top === -1 ? sites : sites.slice(0, top);
  });
}

function describe(repl, error) {
  const isObject = typeof error === 'object' && error !== null;
  if (!isObject) return repl.writer(error);
  const isError = require('node:util/types').isNativeError(error) || error instanceof Error;
  if (!isError || typeof error.stack !== 'string') return repl.writer(error);
  if (error.name === 'SyntaxError') {
    // Where the REPL compiled it says nothing, nor does the name of its script.
    error.stack = error.stack.replace(/^REPL\d+:\d+\r?\n/, '').replace(/^\s+at\s.*\n?/gm, '');
  }
  const text = repl.writer(error);
  // An error without frames is shown in brackets.
  return text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
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
