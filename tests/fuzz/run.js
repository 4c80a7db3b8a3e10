'use strict';
// run.js TARGET, in the driver (driver.cc): hands it the function that takes each input.

process.noDeprecation = true;
const target = require(`./targets/${process.argv[2]}.js`);

Promise.resolve(target.ready).then(() => globalThis.setFuzzTarget(target));
