'use strict';
// The command line's options, as src/runtime/options_table.cc declares them.

const values = new Map();

/**
 * The value of an option: a boolean, number, string or array of strings, by its kind.
 * @param {string} name with its dashes; `--no-x` is the negation of `--x`
 */
function getOptionValue(name) {
  let value = values.get(name);
  if (value === undefined) {
    const { get } = native('options');
    value = get(name);
    if (value === undefined && name.startsWith('--no-')) value = !get(`--${name.slice(5)}`);
    values.set(name, value);
  }
  return value;
}

module.exports = {
  getOptionValue,
  /** Forgets what was read: a worker with its own options, or a restored snapshot. */
  refreshOptions: () => values.clear(),
};
