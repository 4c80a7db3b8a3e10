'use strict';

// --inspect-brk: the debugger is to stop at the program's first statement.

/** Whether what is about to run is the program's start and wants a stop; says yes once. */
function stopsAtStart() {
  if (!native('options').isGiven('--inspect-brk')) return false;
  return require('modules/inspector/command_line').takeBreakOnStart();
}

/** Calls a function whose first statement the debugger stops at. */
function callPaused(body, receiver, ...values) {
  return native('inspector').callPaused(body, receiver, ...values);
}

module.exports = { stopsAtStart, callPaused };
