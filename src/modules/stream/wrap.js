'use strict';

const { errorOrDestroy } = require('modules/stream/destroy');

/** readable.wrap(): makes `readable` the modern face of `source`, an old-style stream. */
function wrap(readable, source) {
  let paused = false;

  source.on('data', (chunk) => {
    if (!readable.push(chunk) && source.pause) {
      paused = true;
      source.pause();
    }
  });
  source.on('end', () => readable.push(null));
  source.on('error', (error) => errorOrDestroy(readable, error));
  source.on('close', () => readable.destroy());
  source.on('destroy', () => readable.destroy());

  const read = () => {
    if (paused && source.resume) {
      paused = false;
      source.resume();
    }
  };
  readable._read = read;
  // Whatever else the source can do, its new face can do too.
  for (const name of Object.keys(source)) {
    if (readable[name] === undefined && typeof source[name] === 'function') {
      readable[name] = source[name].bind(source);
    }
  }
  return readable;
}

module.exports = { wrap };
