'use strict';

// Where tests are declared.

const { getCallSites } = native('util');

// More than there are of ours between a program and what asks here.
const kFrames = 10;

/** { line, column, file } of the program's call that is under way; an empty object where there is none. */
function callerLocation() {
  const site = getCallSites(kFrames, 1).find(({ scriptName }) => !scriptName.startsWith('node:'));
  return site === undefined ? {} : locationOf(site);
}

function locationOf({ scriptName, lineNumber, columnNumber }) {
  if (scriptName === '') return {};
  const isUrl = scriptName.startsWith('file://');
  const file = isUrl ? require('node:url').fileURLToPath(scriptName) : scriptName;
  return { line: lineNumber, column: columnNumber, file };
}

module.exports = { callerLocation };
