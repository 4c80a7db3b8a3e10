'use strict';

// Lines, branches and functions that ran, from the ranges of the engine's coverage.

const kIgnoreNext = /\/\* node:coverage ignore next (?:(\d+) )?\*\//;
const kSwitch = /\/\* node:coverage (enable|disable) \*\//;

/** The lines of a source: where they begin and end, whether they count, how often they ran. */
function readLines(source) {
  const lines = [];
  let offset = 0;
  let ignored = 0;
  let isEnabled = true;
  for (const text of source.split(/(?<=\r?\n)/)) {
    const length = text.replace(/\r?\n$/, '').length;
    const isIgnored = ignored > 0 || !isEnabled;
    if (ignored > 0) ignored--;
    lines.push({
      line: lines.length + 1,
      start: offset,
      end: offset + length,
      count: length === 0 ? 1 : 0,
      isIgnored,
    });
    const next = kIgnoreNext.exec(text);
    if (next !== null) ignored = Number(next[1] ?? 1);
    const change = kSwitch.exec(text);
    if (change !== null) isEnabled = change[1] === 'enable';
    offset += text.length;
  }
  return lines;
}

/** The first line that reaches up to `offset`, by halving. */
function lineAt(lines, offset) {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle].end < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Gives the lines that lie in a range its count; returns all lines that it touches. */
function applyRange(lines, { startOffset, endOffset, count }) {
  const touched = [];
  for (let i = lineAt(lines, startOffset); i < lines.length && lines[i].start < endOffset; i++) {
    const line = lines[i];
    if (startOffset <= line.start && endOffset >= line.end) line.count = count;
    touched.push(line);
  }
  return touched;
}

// Ranges that a source map led to cover the lines that they touch.
function applyMappedLines(lines, ranges) {
  for (const { count, lines: mapped } of ranges) {
    if (mapped === undefined) continue;
    const [first, last] = mapped;
    for (const line of lines.slice(first, last + 1)) line.count = count;
  }
}

function percentage(covered, total) {
  return total === 0 ? 100 : (covered / total) * 100;
}

function measure(totals) {
  return {
    ...totals,
    coveredLinePercent: percentage(totals.coveredLineCount, totals.totalLineCount),
    coveredBranchPercent: percentage(totals.coveredBranchCount, totals.totalBranchCount),
    coveredFunctionPercent: percentage(totals.coveredFunctionCount, totals.totalFunctionCount),
  };
}

/** What of one file ran. */
function summarizeFile(path, source, script) {
  const lines = readLines(source);
  for (const { ranges } of script.functions) applyMappedLines(lines, ranges);
  const functions = [];
  const branches = [];
  let coveredFunctionCount = 0;
  let coveredBranchCount = 0;
  script.functions.forEach((fn, i) => {
    let calls = 0;
    let first;
    for (const range of fn.ranges) {
      const touched = applyRange(lines, range);
      const isCovered = range.count !== 0 || touched.every((line) => line.isIgnored);
      calls = Math.max(calls, range.count);
      first ??= { line: touched[0]?.line, isCovered };
      if (!fn.isBlockCoverage) continue;
      branches.push({ line: touched[0]?.line, count: range.count });
      if (isCovered) coveredBranchCount++;
    }
    // The first function is the file itself.
    if (i === 0 || first === undefined) return;
    functions.push({ name: fn.functionName, count: calls, line: first.line });
    if (first.isCovered) coveredFunctionCount++;
  });
  return {
    path,
    ...measure({
      totalLineCount: lines.length,
      totalBranchCount: branches.length,
      totalFunctionCount: functions.length,
      coveredLineCount: lines.filter((line) => line.count > 0 || line.isIgnored).length,
      coveredBranchCount,
      coveredFunctionCount,
    }),
    functions,
    branches,
    lines: lines.filter((line) => !line.isIgnored).map(({ line, count }) => ({ line, count })),
  };
}

/** Whether a file is part of the report. */
function isWanted(file, { cwd, coverageInclude, coverageExclude }) {
  const path = require('node:path');
  const relative = path.relative(cwd, file);
  const matches = (glob) => path.matchesGlob(relative, glob) || path.matchesGlob(file, glob);
  if (coverageExclude?.some(matches)) return false;
  if (coverageInclude?.length > 0) return coverageInclude.some(matches);
  return !/[\\/]node_modules[\\/]/.test(file);
}

/** The same for a URL; scripts without a file are not. */
function isWantedURL(url, settings) {
  return url.startsWith('file:') && isWanted(require('node:url').fileURLToPath(url), settings);
}

/** The text of a file; undefined for one that the program made and removed again. */
function readSource(path) {
  try {
    return require('node:fs').readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function sumUp(files) {
  const totals = {
    totalLineCount: 0,
    totalBranchCount: 0,
    totalFunctionCount: 0,
    coveredLineCount: 0,
    coveredBranchCount: 0,
    coveredFunctionCount: 0,
  };
  for (const file of files) {
    for (const key of Object.keys(totals)) totals[key] += file[key];
  }
  return measure(totals);
}

/** The report of the scripts' coverage, as the event 'test:coverage' has it. */
function summarize(scripts, settings) {
  const { fileURLToPath } = require('node:url');
  const files = [];
  for (const [url, script] of scripts) {
    if (!isWantedURL(url, settings)) continue;
    const path = fileURLToPath(url);
    const source = script.source ?? readSource(path);
    if (source !== undefined) files.push(summarizeFile(path, source, script));
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const { line = 0, branch = 0, function: fn = 0 } = settings.coverageThresholds ?? {};
  return {
    workingDirectory: settings.cwd,
    files,
    totals: sumUp(files),
    thresholds: { line, branch, function: fn },
  };
}

module.exports = { isWantedURL, summarize };
