'use strict';
// Whether node:diagnostics_channel is there: as long as nobody has loaded it no channel has a subscriber,
// and those who publish need not load it either. An object, so that asking costs one read.

module.exports = { loaded: false };
