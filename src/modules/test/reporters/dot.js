'use strict';

// One character a test.

const { colorsFor } = require('modules/util/colors');
const { formatError, formatResultLine } = require('modules/test/reporters/format');

const kMinColumns = 20;

/** A function that turns events into dots, and lists the failures at the end. */
function createDot() {
  let count = 0;
  const failures = [];
  const colors = colorsFor(process.stdout);
  const columns = () => Math.max(process.stdout.columns ?? kMinColumns, kMinColumns);
  let limit = columns();

  function mark(character) {
    if (++count < limit) return character;
    count = 0;
    // The terminal may have been resized.
    limit = columns();
    return `${character}\n`;
  }

  function end() {
    let text = '\n';
    if (failures.length === 0) return text;
    text += `\n${colors.red}Failed tests:${colors.white}\n\n`;
    for (const data of failures) {
      text +=
        formatResultLine('test:fail', data, '', colors) +
        formatError(data.details.error, '', colors);
    }
    return text;
  }

  return (type, data) => {
    if (type === 'test:pass') return mark(`${colors.green}.${colors.reset}`);
    if (type === 'test:fail') {
      failures.push(data);
      return mark(`${colors.red}X${colors.reset}`);
    }
    return type === 'test:summary' && data.file === undefined ? end() : '';
  };
}

/** The reporter for streams: an async generator over events. */
async function* dot(source) {
  const format = createDot();
  let ended = false;
  for await (const { type, data } of source) {
    ended ||= type === 'test:summary' && data.file === undefined;
    yield format(type, data);
  }
  if (!ended) yield format('test:summary', {});
}

module.exports = { createDot, dot };
