'use strict';
// The permission model, as a program sees it: process.permission, its warnings, and what a child
// process is told. The checks themselves are in C++ (base/permission.h).
// https://nodejs.org/api/permissions.html

const { getOptionValue } = require('runtime/options');
const own = native('permission');

const kRiskyFlags = [
  ['--allow-addons', 'PERM0001', 'addon'],
  ['--allow-child-process', 'PERM0002', 'child'],
  ['--allow-inspector', 'PERM0004', 'inspector'],
  ['--allow-wasi', 'PERM0005', 'wasi'],
  ['--allow-worker', 'PERM0006', 'worker'],
  ['--allow-openssl-store', 'PERM0007', 'openssl.store'],
];
const kPathFlags = [
  ['--allow-fs-read', 'fs.read'],
  ['--allow-fs-write', 'fs.write'],
];

function checkArguments(scope, reference) {
  const { validateString, validateBuffer } = require('runtime/validators');
  validateString(scope, 'scope');
  if (reference === undefined || reference === null) return undefined;
  if (Buffer.isBuffer(reference)) {
    validateBuffer(reference, 'reference');
    return reference.toString();
  }
  validateString(reference, 'reference');
  return reference;
}

/** https://nodejs.org/api/process.html#processpermissionhasscope-reference */
function has(scope, reference) {
  return own.has(scope, checkArguments(scope, reference));
}

/** https://nodejs.org/api/process.html#processpermissiondropscope-reference */
function drop(scope, reference) {
  own.drop(scope, checkArguments(scope, reference));
}

/** Called at the start of a thread whose command line speaks of permissions. */
function install() {
  const enforced = getOptionValue('--permission');
  if (!enforced && !getOptionValue('--permission-audit')) {
    const { ERR_MISSING_OPTION } = require('runtime/errors');
    for (const [flag] of kPathFlags) {
      if (getOptionValue(flag).length > 0) throw new ERR_MISSING_OPTION('--permission');
    }
    return;
  }
  Object.defineProperty(process, 'permission', {
    value: { has, drop },
    enumerable: true,
    configurable: false,
    writable: false,
  });
  if (enforced) warn();
  else own.onAudit(publish);
}

function warn() {
  for (const [flag, code] of kRiskyFlags) {
    if (!getOptionValue(flag)) continue;
    process.emitWarning(
      `The flag ${flag} must be used with extreme caution. It could invalidate the permission model.`,
      'SecurityWarning',
      code,
    );
  }
  for (const [flag] of kPathFlags) {
    const paths = getOptionValue(flag);
    if (paths.length !== 1 || !paths[0].includes(',')) continue;
    process.emitWarning(
      `The ${flag} CLI flag has changed. Passing a comma-separated list of paths is no longer valid. ` +
        'Documentation can be found at ' +
        'https://nodejs.org/api/permissions.html#file-system-permissions',
      'Warning',
    );
  }
}

const kChannels = {
  FileSystemRead: 'fs',
  FileSystemWrite: 'fs',
  ChildProcess: 'child',
  WorkerThreads: 'worker',
  Inspector: 'inspector',
  WASI: 'wasi',
  Addon: 'addon',
  OpenSSLStore: 'openssl.store',
};

// --permission-audit: what would be refused is published.
function publish(permission, resource) {
  const { channel } = require('node:diagnostics_channel');
  const at = channel(`node:permission-model:${kChannels[permission]}`);
  if (at.hasSubscribers) at.publish({ permission, resource });
}

// A word of NODE_OPTIONS.
function quoted(word) {
  return /[ "\\]/.test(word) ? `"${word.replace(/["\\]/g, '\\$&')}"` : word;
}

/** The options that give a child process the permissions of this one. */
function inheritedOptions() {
  const words = ['--permission'];
  for (const [flag, , scope] of kRiskyFlags) if (own.has(scope, undefined)) words.push(flag);
  for (const [flag, scope] of kPathFlags) {
    for (const path of own.grantedPaths(scope)) words.push(quoted(`${flag}=${path}`));
  }
  return words.join(' ');
}

/**
 * Adds the permissions to the environment of a child process, unless its arguments or its own
 * NODE_OPTIONS name other ones.
 * @param {string[]} pairs of NAME=value; changed
 * @param {string[]} args of the child
 */
function handDown(pairs, args) {
  if (!getOptionValue('--permission') || args.includes('--permission')) return;
  const at = pairs.findIndex((pair) => pair.startsWith('NODE_OPTIONS='));
  if (at === -1) pairs.push(`NODE_OPTIONS=${inheritedOptions()}`);
  else if (!/(?:^|[= "])--permission(?![\w-])/.test(pairs[at]))
    pairs[at] += ` ${inheritedOptions()}`;
}

/**
 * Throws unless the program may use the resource of that scope.
 * @param {string | Uint8Array} resource
 */
function checkPermission(scope, resource = '') {
  if (process.permission !== undefined) own.check(scope, resource);
}

module.exports = { install, handDown, checkPermission };
