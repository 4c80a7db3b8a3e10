// node:util
'use strict';

// https://nodejs.org/docs/latest-v24.x/api/util.html
// Most programs use two or three of these functions, so each group is loaded when it is first used.

const { defineLazy } = require('runtime/lazy_property');

// Name, file and (where it differs) the file's name for it, in the order in which Node lists them.
const parts = [
  ['_errnoException', 'modules/util/system'],
  ['_exceptionWithHostPort', 'modules/util/system'],
  ['_extend', 'modules/util/legacy'],
  ['callbackify', 'modules/util/promisify'],
  ['convertProcessSignalToExitCode', 'modules/util/system'],
  ['debug', 'modules/util/debuglog', 'debuglog'],
  ['debuglog', 'modules/util/debuglog'],
  ['deprecate', 'modules/util/deprecate'],
  ['format', 'modules/util/format'],
  ['styleText', 'modules/util/style_text'],
  ['formatWithOptions', 'modules/util/format'],
  ['getCallSites', 'modules/util/system'],
  ['getSystemErrorMap', 'modules/util/system'],
  ['getSystemErrorName', 'modules/util/system'],
  ['getSystemErrorMessage', 'modules/util/system'],
  ['inherits', 'modules/util/legacy'],
  ['inspect', 'modules/util/inspect'],
  ['isArray', 'modules/util/legacy'],
  ['isDeepStrictEqual', 'modules/util/legacy'],
  ['promisify', 'modules/util/promisify'],
  ['stripVTControlCharacters', 'modules/util/inspect_layout'],
  ['toUSVString', 'modules/util/legacy'],
  ['transferableAbortSignal', 'modules/util/abort'],
  ['transferableAbortController', 'modules/util/abort'],
  ['aborted', 'modules/util/abort'],
  ['types', 'node:util/types', ''],
  ['parseEnv', 'modules/util/parse_env'],
  ['parseArgs', 'modules/util/parse_args'],
  ['TextDecoder', 'web/encoding'],
  ['TextEncoder', 'web/encoding'],
  ['MIMEType', 'modules/util/mime'],
  ['MIMEParams', 'modules/util/mime'],
  ['diff', 'modules/util/diff'],
  ['setTraceSigInt', 'modules/util/system'],
];

for (const [name, file, key = name] of parts) {
  defineLazy(exports, name, () => (key === '' ? require(file) : require(file)[key]));
}
