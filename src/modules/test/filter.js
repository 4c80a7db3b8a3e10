'use strict';

// Which tests run: names, tags and `only`.

function fullNameOf(test) {
  const names = [];
  for (let at = test; at.parent !== null; at = at.parent) names.unshift(at.name);
  return names.join(' ');
}

function matches(test, patterns) {
  const fullName = fullNameOf(test);
  return patterns.some((pattern) => {
    pattern.lastIndex = 0;
    if (pattern.test(test.name)) return true;
    pattern.lastIndex = 0;
    return pattern.test(fullName);
  });
}

function passesPatterns(test, settings) {
  const { namePatterns, skipPatterns, tagFilters } = settings;
  if (namePatterns && !matches(test, namePatterns)) return false;
  if (skipPatterns && matches(test, skipPatterns)) return false;
  return tagFilters.every((tag) => test.tags.includes(tag));
}

function hasOnlyBelow(test) {
  return test.children.some((child) => child.only === true || hasOnlyBelow(child));
}

/** Whether a suite that is selected by `only` (its own or an ancestor's) runs all of its tests. */
function runsAllChildren(suite) {
  if (suite.parent === null || !suite.isSuite || hasOnlyBelow(suite)) return false;
  return suite.only === true || runsAllChildren(suite.parent);
}

function passesOnly(test, settings) {
  const { parent } = test;
  if (settings.only && test.only === false) return false;
  if (!parent.isSuite && parent.parent !== null) {
    return !parent.runsOnlySome || test.only === true;
  }
  if (!settings.only && !parent.runsOnlySome) return true;
  if (test.only === true) return true;
  if (test.isSuite && hasOnlyBelow(test)) return true;
  return parent.isSuite && runsAllChildren(parent);
}

/** Whether a test is left out. A suite stays as long as something in it stays. */
function isFilteredOut(test, settings) {
  // What could not even be declared must be seen.
  if (test.error !== null || test.isFile) return false;
  if (!passesOnly(test, settings)) return true;
  const { namePatterns, skipPatterns, tagFilters } = settings;
  if (!namePatterns && !skipPatterns && tagFilters.length === 0) return false;
  if (passesPatterns(test, settings)) return false;
  return !test.isSuite || test.children.every((child) => isFilteredOut(child, settings));
}

module.exports = { fullNameOf, hasOnlyBelow, isFilteredOut };
