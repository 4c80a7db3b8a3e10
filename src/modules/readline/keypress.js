'use strict';

// From the bytes of a terminal to keys: 'keypress' events with a string and a description.

const { clearTimeout, setTimeout } = require('runtime/timers');

const kDefaultEscapeTimeout = 500;

const kDecoder = Symbol('keypressDecoder');

const names = {
  // xterm and gnome, ESC [ letter and ESC O letter; rxvt's ESC [ small letter and ESC O small letter
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  E: 'clear',
  F: 'end',
  H: 'home',
};

const shifted = { a: 'up', b: 'down', c: 'right', d: 'left', e: 'clear' };

// ESC [ number ~ of xterm, rxvt and putty
const numbered = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
  200: 'paste-start',
  201: 'paste-end',
};

/** Describes a control sequence by its code, such as '[A', 'OP', '[15~' or '[[5~'. */
function nameSequence(key, code) {
  key.name = 'undefined';
  const [, introducer, number, final] = /^(\[\[|\[|O)(\d*)(.*)$/s.exec(code);
  if (code === '[Z') {
    key.name = 'tab';
    key.shift = true;
  } else if (introducer === '[[') {
    // Cygwin's function keys and putty's paging
    if (number === '' && /^[A-E]$/.test(final)) key.name = `f${final.charCodeAt(0) - 64}`;
    else if (final === '~' && (number === '5' || number === '6')) key.name = numbered[number];
  } else if (number === '' && names[final] !== undefined) {
    key.name = names[final];
  } else if (number === '' && shifted[final] !== undefined) {
    key.name = shifted[final];
    if (introducer === '[') key.shift = true;
    else key.ctrl = true;
  } else if (introducer === '[' && final === '~' && numbered[number] !== undefined) {
    key.name = numbered[number];
  } else if (introducer === '[' && /^[235678]$/.test(number) && (final === '$' || final === '^')) {
    // rxvt with modifiers
    key.name = numbered[number];
    if (final === '$') key.shift = true;
    else key.ctrl = true;
  }
}

/** Describes the body of a control sequence behind its ESC: sets code, name and modifiers. */
function describeSequence(key, body) {
  let code;
  let modifier = 0;
  if (body[0] === 'O') {
    const [, digit, letter] = /^O(\d?)(.*)$/s.exec(body);
    if (digit !== '') modifier = digit - 1;
    code = `O${letter}`;
  } else {
    const [, introducer, command] = /^(\[\[?)(.*)$/s.exec(body);
    let found;
    if ((found = /^(\d\d?)(?:;(\d))?([~^$])$/.exec(command))) {
      code = `${introducer}${found[1]}${found[3]}`;
      modifier = (found[2] ?? 1) - 1;
    } else if (/^\d{3}~$/.test(command)) {
      code = introducer + command;
    } else if ((found = /^(?:(?:\d;)?(\d))?([A-Za-z])$/.exec(command))) {
      code = introducer + found[2];
      modifier = (found[1] ?? 1) - 1;
    } else {
      code = introducer + command;
    }
  }
  key.ctrl = (modifier & 4) !== 0;
  key.meta = (modifier & 10) !== 0;
  key.shift = (modifier & 1) !== 0;
  key.code = code;
  nameSequence(key, code);
}

const singleNames = {
  '\r': 'return',
  '\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\x7f': 'backspace',
  ' ': 'space',
};

/** Describes one key: what was typed, with the ESCs that came before it. */
function describeKey(sequence) {
  const key = { sequence, name: undefined, ctrl: false, meta: false, shift: false };
  const [, escapes, rest] = /^(\x1b{0,2})(.*)$/s.exec(sequence);
  const isEscaped = escapes !== '';
  if (isEscaped && (rest[0] === 'O' || rest[0] === '[')) {
    describeSequence(key, rest);
  } else if (singleNames[rest] !== undefined) {
    key.name = singleNames[rest];
    key.meta = isEscaped;
  } else if (isEscaped && (rest === '' || rest === '\x1b')) {
    key.name = 'escape';
    key.meta = true;
  } else if (!isEscaped && rest <= '\x1a') {
    key.name = String.fromCharCode(rest.charCodeAt(0) + 96);
    key.ctrl = true;
  } else if (/^[0-9A-Za-z]$/.test(rest)) {
    key.name = rest.toLowerCase();
    key.shift = /^[A-Z]$/.test(rest);
    key.meta = isEscaped;
  } else if (isEscaped) {
    key.meta = true;
  }
  return { key, isEscaped };
}

// Input that another character may continue to a longer sequence.
const unfinished = /^\x1b{1,2}(?:O\d?|\[\[?(?:\d{0,3}|\d{0,2};\d?))?$/;

/** Takes characters one by one and emits a 'keypress' on the stream for each key. */
class KeyDecoder {
  #stream;
  #pending = '';

  constructor(stream) {
    this.#stream = stream;
  }

  push(character) {
    this.#pending += character;
    if (!unfinished.test(this.#pending)) this.flush();
  }

  /** Nothing more comes: what there is is a key. */
  flush() {
    const sequence = this.#pending;
    if (sequence === '') return;
    // Before the event: a listener that throws must not get the key again.
    this.#pending = '';
    const { key, isEscaped } = describeKey(sequence);
    if (key.name !== undefined || isEscaped) {
      this.#stream.emit('keypress', isEscaped ? undefined : sequence, key);
    } else {
      this.#stream.emit('keypress', sequence, key);
    }
  }
}

/**
 * Makes a readable stream emit 'keypress' events.
 * https://nodejs.org/docs/latest-v24.x/api/readline.html#readlineemitkeypresseventsstream-interface
 */
function emitKeypressEvents(stream, iface = {}) {
  if (stream[kDecoder]) return;
  const { StringDecoder } = require('node:string_decoder');
  const bytes = new StringDecoder('utf8');
  const keys = new KeyDecoder(stream);
  stream[kDecoder] = bytes;
  let timeout;

  function onData(input) {
    if (stream.listenerCount('keypress') === 0) {
      // Nobody listens any more: wait for the next one.
      stream.removeListener('data', onData);
      stream.on('newListener', onNewListener);
      return;
    }
    const text = bytes.write(input);
    if (text === '') return;
    clearTimeout(timeout);
    // Several characters at once were pasted: no completion before the last one.
    iface.isCompletionEnabled = false;
    iface._sawKeyPress = text.length === (text.codePointAt(0) > 0xffff ? 2 : 1);
    let length = 0;
    for (const character of text) {
      length += character.length;
      const isLast = length === text.length;
      if (isLast) iface.isCompletionEnabled = true;
      keys.push(character);
      // A lone ESC is the key, or begins a sequence whose rest is late.
      if (isLast && character === '\x1b') {
        timeout = setTimeout(() => keys.flush(), iface.escapeCodeTimeout ?? kDefaultEscapeTimeout);
      }
    }
  }

  function onNewListener(event) {
    if (event !== 'keypress') return;
    stream.on('data', onData);
    stream.removeListener('newListener', onNewListener);
  }

  if (stream.listenerCount('keypress') > 0) stream.on('data', onData);
  else stream.on('newListener', onNewListener);
}

module.exports = { emitKeypressEvents };
