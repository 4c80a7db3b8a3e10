'use strict';

// v8.startupSnapshot: what a program that builds a snapshot of itself would call. Gyre starts from a
// snapshot of its own and makes none of programs.

const { ERR_NOT_BUILDING_SNAPSHOT } = require('runtime/errors');

function refuse() {
  throw new ERR_NOT_BUILDING_SNAPSHOT();
}

module.exports = {
  addDeserializeCallback() {
    refuse();
  },
  addSerializeCallback() {
    refuse();
  },
  setDeserializeMainFunction() {
    refuse();
  },
  isBuildingSnapshot: () => false,
};
