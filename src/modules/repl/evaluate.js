'use strict';

// The default eval function: compiles a command, runs it, and waits where it awaits.

const { isObjectLiteral, isRecoverableError } = require('modules/repl/recoverable');
const { REPL_MODE_STRICT, Recoverable } = require('modules/repl/modes');
const { getOptionValue } = require('runtime/options');

/** Compiles code as it is, or in the form in which it has a value. Throws what does not compile. */
function compile(repl, code, filename) {
  const vm = require('node:vm');
  const { kDefaultLoader } = require('modules/vm/dynamic_import');
  const make = (text) =>
    new vm.Script(
      repl.replMode === REPL_MODE_STRICT && text.trim() !== ''
        ? `'use strict'; void 0;\n${text}`
        : text,
      {
        filename,
        importModuleDynamically: kDefaultLoader,
      },
    );
  if (code.includes('await') && getOptionValue('--experimental-repl-await')) {
    const { processTopLevelAwait } = require('modules/repl/top_level_await');
    const rewritten = processTopLevelAwait(code);
    if (rewritten !== null) {
      try {
        return { script: make(rewritten), awaits: true };
      } catch {
        // Whatever is wrong shows better in the code as it was typed.
      }
    }
  }
  if (isObjectLiteral(code)) {
    try {
      return { script: make(`(${code.trim()})\n`), awaits: false };
    } catch {
      // A block after all.
    }
  }
  return { script: make(code), awaits: false };
}

function run(repl, script, context) {
  const options = { displayErrors: false, breakOnSigint: repl.breakEvalOnSigint };
  return repl.useGlobal ? script.runInThisContext(options) : script.runInContext(context, options);
}

/** Waits for a command that awaits; Ctrl+C gives up waiting. */
async function settle(repl, promise, finish) {
  const { AbortError } = require('runtime/errors');
  let interrupt;
  const interrupted = new Promise((_resolve, reject) => {
    interrupt = () => reject(new AbortError('Script execution was interrupted by `SIGINT`'));
    repl._interrupts.add(interrupt);
  });
  repl._pauseInput();
  try {
    const result = await Promise.race([promise, interrupted]);
    finish(null, result?.value);
  } catch (error) {
    finish(error);
  } finally {
    repl._interrupts.delete(interrupt);
    repl._resumeInput();
  }
}

/** Remembers the variables that a command declared and that are no properties of the global object. */
function noteDeclarations(repl, code) {
  if (!/\b(?:let|const|class)\b/.test(code)) return;
  const { declaredNames } = require('modules/repl/top_level_await');
  for (const name of declaredNames(code)) repl._lexicalNames.add(name);
}

/** Evaluates `code` and calls `callback(error, result)`; incomplete code is a Recoverable error. */
function evaluate(repl, code, context, filename, callback) {
  if (code === '\n') {
    callback(null);
    return;
  }
  let compiled;
  try {
    compiled = compile(repl, code, filename);
  } catch (error) {
    callback(isRecoverableError(error, code) ? new Recoverable(error) : error);
    return;
  }
  let result;
  try {
    result = run(repl, compiled.script, context);
  } catch (error) {
    const { domain } = process;
    if (domain && domain !== repl._domain) {
      // The command entered a domain of its own, which takes what it throws.
      domain.emit('error', error);
      domain.exit();
    } else {
      callback(error);
    }
    return;
  }
  noteDeclarations(repl, code);
  if (compiled.awaits) settle(repl, result, callback);
  else callback(null, result);
}

module.exports = { evaluate };
