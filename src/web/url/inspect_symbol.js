'use strict';

/** The method with this name says what util.inspect shows of an object. */
exports.inspectCustom = Symbol.for('nodejs.util.inspect.custom');
