'use strict';

const noop = () => {};

let isEnabledFor;
/** Whether NODE_DEBUG names a section: names separated by commas, * for anything. */
function isEnabled(section) {
  if (isEnabledFor === undefined) {
    const setting = process.env.NODE_DEBUG;
    if (setting) {
      const pattern = setting
        .replace(/[|\\{}()[\]^$+?.]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll(',', '$|^');
      const enabled = new RegExp(`^${pattern}$`, 'i');
      isEnabledFor = (name) => enabled.test(name);
    } else {
      isEnabledFor = () => false;
    }
  }
  return isEnabledFor(section);
}

function makeWriter(section) {
  if (!isEnabled(section)) return noop;
  return function debug(...args) {
    const { formatWithOptions } = require('modules/util/format');
    const colors = Boolean(process.stderr.hasColors?.());
    const text = formatWithOptions({ colors }, ...args);
    const pid = colors ? `\u001b[36m${process.pid}\u001b[39m` : process.pid;
    process.stderr.write(`${section} ${pid}: ${text}\n`);
  };
}

/**
 * A function that writes to stderr where NODE_DEBUG names its section, and does nothing otherwise.
 * https://nodejs.org/docs/latest-v24.x/api/util.html#utildebuglogsection-callback
 */
function debuglog(section, callback) {
  section = `${section}`.toUpperCase();
  let write = (...args) => {
    write = makeWriter(section);
    // The caller may keep this one instead: it has nothing left to look up.
    if (typeof callback === 'function') callback(write);
    write(...args);
  };
  const logger = (...args) => write(...args);
  Object.defineProperty(logger, 'enabled', {
    get: () => isEnabled(section),
    enumerable: true,
    configurable: true,
  });
  return logger;
}

module.exports = { debuglog };
