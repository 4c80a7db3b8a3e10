// node:os
'use strict';

const { ERR_SYSTEM_ERROR } = require('runtime/errors');
const { validateInt32 } = require('runtime/validators');

const system = native('os');

const HIGHEST_PRIORITY = -20;
const LOWEST_PRIORITY = 19;

/** The result of a native call; its failure as the SystemError that node:os throws. */
function checked(call, ...args) {
  try {
    return call(...args);
  } catch (error) {
    const { errno, syscall } = error;
    if (errno === undefined) throw error;
    const { name: code, message } = require('runtime/system_errors').describe(errno);
    throw new ERR_SYSTEM_ERROR({ errno, code, message, syscall });
  }
}

let unameResult;

function uname() {
  unameResult ??= checked(system.uname);
  return unameResult;
}

/** The architecture that the executable was compiled for. */
function arch() {
  return process.arch;
}

/** How many threads a program should use at the same time. */
function availableParallelism() {
  return system.availableParallelism();
}

/** Model, speed and times of each logical processor. */
function cpus() {
  return system.cpus();
}

/** The byte order of the processor. */
function endianness() {
  return 'LE';
}

/** Free memory in bytes. */
function freemem() {
  return system.freemem();
}

/** The scheduling priority of a process, this one's without or with 0. */
function getPriority(pid) {
  if (pid === undefined) pid = 0;
  else validateInt32(pid, 'pid');
  return checked(system.getPriority, pid);
}

/** The user's home directory. */
function homedir() {
  return checked(system.homedir);
}

/** The name of this machine. */
function hostname() {
  return checked(system.hostname);
}

/** Load averages of 1, 5 and 15 minutes. */
function loadavg() {
  return system.loadavg();
}

/** The kind of machine: 'x86_64'. */
function machine() {
  return uname().machine;
}

/** The addresses of each network interface that has any. */
function networkInterfaces() {
  const result = {};
  for (const [name, address] of checked(system.networkInterfaces)) {
    if (Object.hasOwn(result, name)) result[name].push(address);
    else result[name] = [address];
  }
  return result;
}

/** The platform that the executable was compiled for. */
function platform() {
  return process.platform;
}

/** The release of the operating system. */
function release() {
  return uname().release;
}

/** Sets the scheduling priority of a process, of this one with a single argument. */
function setPriority(pid, priority) {
  if (priority === undefined) {
    priority = pid;
    pid = 0;
  }
  validateInt32(pid, 'pid');
  validateInt32(priority, 'priority', HIGHEST_PRIORITY, LOWEST_PRIORITY);
  checked(system.setPriority, pid, priority);
}

/** The directory for temporary files, without a slash behind it. */
function tmpdir() {
  const { TMPDIR, TMP, TEMP } = process.env;
  const path = TMPDIR || TMP || TEMP || '/tmp';
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** All memory in bytes. */
function totalmem() {
  return system.totalmem();
}

/** The name of the operating system: 'Linux'. */
function type() {
  return uname().type;
}

/** Seconds since the system started. */
function uptime() {
  return checked(system.uptime);
}

/** The user that runs this process, from the password file. */
function userInfo(options) {
  const encoding = options !== null && typeof options === 'object' ? options.encoding : undefined;
  const user = checked(system.userInfo);
  if (encoding === 'buffer') return user;
  const known = require('node:buffer').Buffer.isEncoding(encoding);
  for (const key of ['username', 'homedir', 'shell']) {
    user[key] = user[key].toString(known ? encoding : 'utf8');
  }
  return user;
}

/** The version of the kernel. */
function version() {
  return uname().version;
}

module.exports = {
  arch,
  availableParallelism,
  cpus,
  endianness,
  freemem,
  getPriority,
  homedir,
  hostname,
  loadavg,
  networkInterfaces,
  platform,
  release,
  setPriority,
  tmpdir,
  totalmem,
  type,
  userInfo,
  uptime,
  version,
  machine,
};

// `${os.hostname}` has always worked.
for (const get of [
  arch,
  availableParallelism,
  endianness,
  freemem,
  homedir,
  hostname,
  platform,
  release,
  tmpdir,
  totalmem,
  type,
  uptime,
  version,
  machine,
]) {
  get[Symbol.toPrimitive] = () => get();
}

Object.defineProperties(module.exports, {
  constants: {
    value: {
      __proto__: null,
      UV_UDP_REUSEADDR: 4,
      dlopen: system.dlopen,
      errno: system.errno,
      signals: Object.freeze(system.signals),
      priority: {
        __proto__: null,
        PRIORITY_LOW: LOWEST_PRIORITY,
        PRIORITY_BELOW_NORMAL: 10,
        PRIORITY_NORMAL: 0,
        PRIORITY_ABOVE_NORMAL: -7,
        PRIORITY_HIGH: -14,
        PRIORITY_HIGHEST: HIGHEST_PRIORITY,
      },
    },
    enumerable: true,
  },
  EOL: { value: '\n', configurable: true, enumerable: true },
  devNull: { value: '/dev/null', configurable: true, enumerable: true },
});
