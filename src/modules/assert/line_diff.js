'use strict';

// The shortest edit script between two lists of lines, after E. W. Myers, "An O(ND) Difference
// Algorithm and Its Variations" (1986), and how an assertion message shows it.

const kKeep = 0;
const kActual = 1;
const kExpected = -1;

// Past this many differing lines nobody reads on, and the search costs its square in memory.
const kMaxDistance = 3000;

// So many unchanged lines are shown after a change (or the start), and one before the next.
const kContext = 5;
const kMaxUnchanged = 7;

function sameLine(actual, expected, ignoresCommas) {
  if (actual === expected) return true;
  // The last entry of a list has no comma, whatever follows on the other side.
  return ignoresCommas && (`${actual},` === expected || actual === `${expected},`);
}

/**
 * The lines of both lists in order, each marked as kept, only actual or only expected.
 * @returns {[number, string][]}
 */
function diffLines(actual, expected, ignoresCommas) {
  const n = actual.length;
  const m = expected.length;
  const same = (x, y) => sameLine(actual[x], expected[y], ignoresCommas);
  const offset = Math.min(n + m, kMaxDistance) + 1;
  const furthest = new Int32Array(2 * offset + 1);
  const trace = [];
  for (let distance = 0; distance < offset; distance++) {
    // Only the diagonals that this distance can reach are kept for the way back.
    trace.push(furthest.slice(offset - distance - 1, offset + distance + 2));
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      const at = offset + diagonal;
      let x = goesDown(furthest, at, diagonal, distance) ? furthest[at + 1] : furthest[at - 1] + 1;
      let y = x - diagonal;
      while (x < n && y < m && same(x, y)) {
        x++;
        y++;
      }
      furthest[at] = x;
      if (x >= n && y >= m) return walkBack(trace, actual, expected, ignoresCommas);
    }
  }
  return replaceMiddle(actual, expected, same);
}

function goesDown(furthest, at, diagonal, distance) {
  return diagonal === -distance || (diagonal !== distance && furthest[at - 1] < furthest[at + 1]);
}

function walkBack(trace, actual, expected) {
  const result = [];
  let x = actual.length;
  let y = expected.length;
  for (let distance = trace.length - 1; distance >= 0; distance--) {
    const furthest = trace[distance];
    const center = distance + 1;
    const diagonal = x - y;
    const down = goesDown(furthest, center + diagonal, diagonal, distance);
    const previousX = furthest[center + (down ? diagonal + 1 : diagonal - 1)];
    const previousY = previousX - (down ? diagonal + 1 : diagonal - 1);
    while (x > previousX && y > previousY && x > 0 && y > 0) {
      x--;
      y--;
      result.push([kKeep, keptLine(actual[x], expected[y])]);
    }
    if (distance === 0) break;
    if (down) result.push([kExpected, expected[--y]]);
    else result.push([kActual, actual[--x]]);
  }
  return result.reverse();
}

// Where the two differ by a comma, the one that has it shows that the list goes on.
function keptLine(actual, expected) {
  return actual.length >= expected.length ? actual : expected;
}

/** All that lies between the common start and the common end differs. */
function replaceMiddle(actual, expected, same) {
  const shorter = Math.min(actual.length, expected.length);
  let start = 0;
  while (start < shorter && same(start, start)) start++;
  let end = 0;
  while (end < shorter - start && same(actual.length - 1 - end, expected.length - 1 - end)) end++;
  return [
    ...actual.slice(0, start).map((line) => [kKeep, line]),
    ...actual.slice(start, actual.length - end).map((line) => [kActual, line]),
    ...expected.slice(start, expected.length - end).map((line) => [kExpected, line]),
    ...actual.slice(actual.length - end).map((line) => [kKeep, line]),
  ];
}

/**
 * The difference as text, with most of what is equal left out.
 * @returns {{text: string, skipped: boolean}}
 */
function showLineDiff(actual, expected, { colors, dims, ignoresCommas }) {
  const { green, red, white, gray } = colors;
  const lines = [];
  let skipped = false;
  let unchanged = [];
  const flushUnchanged = (more) => {
    if (more && unchanged.length <= kMaxUnchanged) {
      lines.push(...unchanged);
    } else {
      lines.push(...unchanged.slice(0, kContext));
      if (more) {
        lines.push(`${colors.blue}...${white}`, unchanged.at(-1));
        skipped = true;
      }
    }
    unchanged = [];
  };
  for (const [kind, line] of diffLines(actual, expected, ignoresCommas)) {
    if (kind === kKeep) {
      unchanged.push(`${white}  ${line}`);
      continue;
    }
    flushUnchanged(true);
    if (kind === kExpected) lines.push(`${red}-${white} ${line}`);
    else lines.push(dims ? `${gray}  ${line}${white}` : `${green}+${white} ${line}`);
  }
  flushUnchanged(false);
  return { text: lines.join('\n'), skipped };
}

module.exports = { showLineDiff };
