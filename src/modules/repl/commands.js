'use strict';

// The commands that begin with a dot.

const { ERR_MISSING_ARGS } = require('runtime/errors');

function breakCommand() {
  this.clearBufferedCommand();
  this.displayPrompt();
}

function clear() {
  this.clearBufferedCommand();
  if (!this.useGlobal) {
    this.output.write('Clearing context...\n');
    this.resetContext();
  }
  this.displayPrompt();
}

function help() {
  const names = Object.keys(this.commands).sort();
  const longest = Math.max(...names.map((name) => name.length));
  for (const name of names) {
    const { help: text } = this.commands[name];
    const gap = ' '.repeat(longest - name.length + 3);
    this.output.write(`.${name}${text ? gap + text : ''}\n`);
  }
  this.output.write('\nPress Ctrl+C to abort current expression, Ctrl+D to exit the REPL\n');
  this.displayPrompt();
}

function save(file) {
  const fs = require('node:fs');
  try {
    if (file === '') throw new ERR_MISSING_ARGS('file');
    fs.writeFileSync(file, this.lines.join('\n'));
    this.output.write(`Session saved to: ${file}\n`);
  } catch (error) {
    const isMissing = error?.code === 'ERR_MISSING_ARGS';
    this.output.write(isMissing ? `${error.message}\n` : `Failed to save: ${file}\n`);
  }
  this.displayPrompt();
}

function load(file) {
  const fs = require('node:fs');
  try {
    if (file === '') throw new ERR_MISSING_ARGS('file');
    if (fs.statSync(file).isFile()) {
      // As if it were typed in the editor: one command, whatever its lines are.
      this._turnOnEditorMode();
      this._isLoading = true;
      this.write(fs.readFileSync(file, 'utf8'));
      this._isLoading = false;
      this._turnOffEditorMode();
      this.write('\n');
    } else {
      this.output.write(`Failed to load: ${file} is not a valid file\n`);
    }
  } catch (error) {
    const isMissing = error?.code === 'ERR_MISSING_ARGS';
    this.output.write(isMissing ? `${error.message}\n` : `Failed to load: ${file}\n`);
  }
  this.displayPrompt();
}

function editor() {
  this._turnOnEditorMode();
  this.output.write('// Entering editor mode (Ctrl+D to finish, Ctrl+C to cancel)\n');
}

/** Gives a REPL the commands that all have. */
function defineCommands(repl) {
  repl.defineCommand('break', {
    help: 'Sometimes you get stuck, this gets you out',
    action: breakCommand,
  });
  repl.defineCommand('clear', {
    help: repl.useGlobal ? 'Alias for .break' : 'Break, and also clear the local context',
    action: clear,
  });
  repl.defineCommand('exit', {
    help: 'Exit the REPL',
    action() {
      this.close();
    },
  });
  repl.defineCommand('help', { help: 'Print this help message', action: help });
  repl.defineCommand('save', {
    help: 'Save all evaluated commands in this REPL session to a file',
    action: save,
  });
  repl.defineCommand('load', { help: 'Load JS from a file into the REPL session', action: load });
  if (repl.terminal) repl.defineCommand('editor', { help: 'Enter editor mode', action: editor });
}

module.exports = { defineCommands };
