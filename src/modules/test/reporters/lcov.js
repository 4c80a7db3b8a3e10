'use strict';

// The coverage in the format of lcov. https://linux.die.net/man/1/geninfo

const { Transform } = require('node:stream');

/** The tracefile of a report. */
function formatTracefile({ files, workingDirectory }) {
  const path = require('node:path');
  return `TN:\n${files.map((file) => formatFile(path.relative(workingDirectory, file.path), file)).join('')}`;
}

function formatFile(name, file) {
  const lines = [`SF:${name}`];
  const functions = file.functions.map(({ name: of, ...rest }, i) => ({
    name: of || `anonymous_${i}`,
    ...rest,
  }));
  for (const { line, name: of } of functions) lines.push(`FN:${line},${of}`);
  for (const { count, name: of } of functions) lines.push(`FNDA:${count},${of}`);
  lines.push(`FNF:${file.totalFunctionCount}`, `FNH:${file.coveredFunctionCount}`);
  file.branches.forEach(({ line, count }, i) => lines.push(`BRDA:${line},${i},0,${count}`));
  lines.push(`BRF:${file.totalBranchCount}`, `BRH:${file.coveredBranchCount}`);
  const sorted = file.lines.toSorted((a, b) => a.line - b.line);
  for (const { line, count } of sorted) lines.push(`DA:${line},${count}`);
  lines.push(`LH:${file.coveredLineCount}`, `LF:${file.totalLineCount}`, 'end_of_record');
  return `${lines.join('\n')}\n`;
}

/** Events to text: only the coverage has any. */
function createLcov() {
  return (type, data) => (type === 'test:coverage' ? formatTracefile(data.summary) : '');
}

/** A reporter that writes an lcov file of the coverage, and nothing of the tests. */
class LcovReporter extends Transform {
  constructor(options) {
    super({ ...options, writableObjectMode: true });
  }

  _transform({ type, data }, _encoding, callback) {
    callback(null, type === 'test:coverage' ? formatTracefile(data.summary) : undefined);
  }
}

module.exports = { LcovReporter, createLcov };
