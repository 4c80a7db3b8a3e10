'use strict';
// Temporary: replaced by the loaders.
module.exports = {
  run() {
    const fs = native('stdio');
    const options = native('options');
    const args = options.programArguments();
    if (args.length === 0) {
      (0, eval)(options.get('--eval'));
    }
  },
};
