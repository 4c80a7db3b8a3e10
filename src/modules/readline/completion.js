'use strict';

// What the tab key does: asks the completer and shows what it found.

const { getStringWidth } = require('modules/util/inspect_layout');

/** The longest text that all begin with. */
function commonPrefix(texts) {
  if (texts.length === 0) return '';
  const sorted = texts.toSorted();
  const [first] = sorted;
  const last = sorted.at(-1);
  let length = 0;
  while (length < first.length && first[length] === last[length]) length++;
  return first.slice(0, length);
}

/** The completions in columns; an empty one begins a new group. */
function inColumns(completions, columns) {
  const widths = completions.map((each) => getStringWidth(each));
  const cell = Math.max(...widths) + 2;
  const perLine = Number.isFinite(columns) ? Math.floor(columns / cell) || 1 : 1;
  let text = '\r\n';
  let inLine = 0;
  let gap = 0;
  completions.forEach((completion, i) => {
    if (completion === '' || inLine === perLine) {
      text += '\r\n';
      inLine = 0;
    } else {
      text += ' '.repeat(gap);
    }
    if (completion === '') {
      text += '\r\n';
      gap = 0;
    } else {
      text += completion;
      gap = cell - widths[i];
      inLine++;
    }
    if (inLine === 0) gap = 0;
  });
  if (inLine !== 0) text += '\r\n\r\n';
  return text;
}

/** Takes the completer's answer: [completions, the part of the line they complete]. */
function apply(rl, [completions, completeOn], isRepeated) {
  if (!completions || completions.length === 0) return;
  const prefix = commonPrefix(completions.filter((each) => each !== ''));
  if (prefix.startsWith(completeOn) && prefix.length > completeOn.length) {
    rl._insertString(prefix.slice(completeOn.length));
    return;
  }
  if (!completeOn.startsWith(prefix)) {
    // The completer matched otherwise than by the beginning: its text replaces what is there.
    const start = rl.cursor - completeOn.length;
    rl.line = rl.line.slice(0, start) + prefix + rl.line.slice(rl.cursor);
    rl.cursor = start + prefix.length;
    rl._refreshLine();
    return;
  }
  // Only the second tab shows what there is to choose from.
  if (!isRepeated) return;
  rl._beforeEdit();
  rl._writeToOutput(inColumns(completions, rl.columns));
  rl._refreshLine();
}

/** Completes the line of an interface up to its cursor; `isRepeated` where the key before was a tab. */
function complete(rl, isRepeated) {
  const finish = (error, answer) => {
    if (rl.closed) return;
    rl.resume();
    if (error) {
      const { inspect } = require('modules/util/inspect');
      rl._writeToOutput(`Tab completion error: ${inspect(error)}`);
    } else {
      apply(rl, answer, isRepeated);
    }
  };
  rl.pause();
  rl._runCompleter(rl.line.slice(0, rl.cursor), finish);
}

module.exports = { commonPrefix, complete };
