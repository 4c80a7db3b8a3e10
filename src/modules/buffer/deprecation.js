// The warnings for what Buffer used to be.
'use strict';

const { callerName } = native('buffer');

const warned = new Set();

function warnOnce(code, message, constructor) {
  warned.add(code);
  process.emitWarning(message, 'DeprecationWarning', code, constructor);
}

// Whoever uses a package cannot change it, so code of packages is spared unless asked for.
function isSpared(file) {
  return /[/\\]node_modules[/\\]/.test(file) && !isPendingDeprecationShown();
}

function isPendingDeprecationShown() {
  return (
    process.env.NODE_PENDING_DEPRECATION === '1' ||
    process.execArgv.includes('--pending-deprecation')
  );
}

/** Warns once a process about Buffer() called from a program's own code. */
function warnAboutConstructor(constructor) {
  // Above this function and Buffer itself stands the caller.
  if (warned.has('DEP0005') || isSpared(callerName(2))) return;
  warnOnce(
    'DEP0005',
    'Buffer() is deprecated due to security and usability issues. Please use the ' +
      'Buffer.alloc(), Buffer.allocUnsafe(), or Buffer.from() methods instead.',
    constructor,
  );
}

/** Warns once a process about SlowBuffer(). */
function warnAboutSlowBuffer(constructor) {
  if (warned.has('DEP0030')) return;
  warnOnce(
    'DEP0030',
    'SlowBuffer() is deprecated. Please use Buffer.allocUnsafeSlow()',
    constructor,
  );
}

module.exports = { warnAboutConstructor, warnAboutSlowBuffer };
