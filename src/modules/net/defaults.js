'use strict';
// What net's sockets take where a program says nothing, and what may be changed for all of them.

const { getOptionValue } = require('runtime/options');

const defaults = {
  autoSelectFamily: getOptionValue('--network-family-autoselection'),
  attemptTimeout: Math.max(10, getOptionValue('--network-family-autoselection-attempt-timeout')),
};

module.exports = { defaults };
