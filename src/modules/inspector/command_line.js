'use strict';

// --inspect and its like.

const kDefaultHost = '127.0.0.1';
const kDefaultPort = 9229;

/** { host, port } of '[host:]port', with what is missing filled in. */
function parseAddress(text, { host = kDefaultHost, port = kDefaultPort } = {}) {
  if (text === '' || text === undefined || text === true) return { host, port };
  if (/^\d+$/.test(text)) return { host, port: Number(text) };
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(text);
  if (bracketed) return { host: bracketed[1], port: Number(bracketed[2] ?? port) };
  const at = text.lastIndexOf(':');
  if (at === -1) return { host: text, port };
  return { host: text.slice(0, at), port: Number(text.slice(at + 1)) };
}

/** What --inspect-port says, or the default. */
function defaultAddress() {
  const { getOptionValue } = require('runtime/options');
  return parseAddress(getOptionValue('--inspect-port'));
}

let breaksOnStart = false;

/** Whether the program's first statement is to be stopped at; says yes once. */
function takeBreakOnStart() {
  const breaks = breaksOnStart;
  breaksOnStart = false;
  return breaks;
}

/** Opens the server where the command line asks for it. */
function start() {
  const { getOptionValue } = require('runtime/options');
  const { isGiven } = native('options');
  const name = ['--inspect-brk', '--inspect-wait', '--inspect'].find((each) => isGiven(each));
  if (name === undefined) return;
  const { host, port } = parseAddress(getOptionValue(name), defaultAddress());
  const { listen } = require('modules/inspector/listening');
  // A debugger may be there before the program gets to waiting for it.
  if (name !== '--inspect') native('inspector').expectDebugger();
  // Without the server the program runs all the same.
  if (listen(host, port) !== 0) return;
  process.debugPort = Number(new URL(native('inspector').url()).port);
  if (name === '--inspect') return;
  native('inspector').waitForDebugger();
  breaksOnStart = name === '--inspect-brk';
}

module.exports = { defaultAddress, start, takeBreakOnStart };
