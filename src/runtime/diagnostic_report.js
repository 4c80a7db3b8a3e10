'use strict';
// What a diagnostic report says. https://nodejs.org/api/report.html

const os = require('node:os');
const own = native('report');
const processInfo = native('process');

// Of the format, as Node numbers it.
const kReportVersion = 5;

function headerOf({ event, trigger, filename, excludeNetwork }) {
  const [runtime, compiler] = own.glibcVersions();
  const now = new Date();
  const header = {
    reportVersion: kReportVersion,
    event,
    trigger,
    filename,
    dumpEventTime: `${now.toISOString().slice(0, 19)}Z`,
    dumpEventTimeStamp: String(now.getTime()),
    processId: process.pid,
    threadId: own.threadId(),
    cwd: require('loader/paths').workingDirectory(),
    commandLine: [process.argv0, ...process.execArgv, ...process.argv.slice(1)],
    nodejsVersion: process.version,
    glibcVersionRuntime: runtime,
    glibcVersionCompiler: compiler,
    wordSize: 64,
    arch: process.arch,
    platform: process.platform,
    componentVersions: process.versions,
    release: process.release,
    osName: os.type(),
    osRelease: os.release(),
    osVersion: os.version(),
    osMachine: os.machine(),
    cpus: os.cpus().map(({ model, speed, times }) => ({ model, speed, ...times })),
  };
  if (!excludeNetwork) header.networkInterfaces = networkInterfaces();
  header.host = os.hostname();
  return header;
}

function networkInterfaces() {
  return Object.entries(os.networkInterfaces()).flatMap(([name, addresses]) =>
    addresses.map(({ internal, mac, address, netmask, family, scopeid }) => ({
      name,
      internal,
      mac,
      address,
      netmask,
      family,
      ...(family === 'IPv6' ? { scopeid } : undefined),
    })),
  );
}

function javascriptStack(error) {
  const errorProperties = {};
  if (typeof error !== 'object' || error === null) {
    return { message: String(error), stack: ['Unavailable.'], errorProperties };
  }
  try {
    for (const key of Object.keys(error)) errorProperties[key] = String(error[key]);
  } catch {
    // What cannot be read is left out.
  }
  const text = readStack(error);
  if (text === undefined) return { message: 'No stack.', stack: ['Unavailable.'], errorProperties };
  const [message, ...frames] = text.split('\n');
  return { message, stack: frames.map((line) => line.trim()), errorProperties };
}

function readStack(error) {
  try {
    return typeof error.stack === 'string' ? error.stack : undefined;
  } catch {
    return undefined;
  }
}

function javascriptHeap() {
  const v8 = require('node:v8');
  const heap = v8.getHeapStatistics();
  const heapSpaces = {};
  for (const space of v8.getHeapSpaceStatistics()) {
    heapSpaces[space.space_name] = {
      memorySize: space.space_size,
      committedMemory: space.physical_space_size,
      capacity: space.space_used_size + space.space_available_size,
      used: space.space_used_size,
      available: space.space_available_size,
    };
  }
  return {
    totalMemory: heap.total_heap_size,
    executableMemory: heap.total_heap_size_executable,
    totalCommittedMemory: heap.total_physical_size,
    availableMemory: heap.total_available_size,
    totalGlobalHandlesMemory: heap.total_global_handles_size,
    usedGlobalHandlesMemory: heap.used_global_handles_size,
    usedMemory: heap.used_heap_size,
    memoryLimit: heap.heap_size_limit,
    mallocedMemory: heap.malloced_memory,
    externalMemory: heap.external_memory,
    peakMallocedMemory: heap.peak_malloced_memory,
    nativeContextCount: heap.number_of_native_contexts,
    detachedContextCount: heap.number_of_detached_contexts,
    doesZapGarbage: heap.does_zap_garbage,
    heapSpaces,
  };
}

function nativeStack() {
  const pairs = own.nativeStack();
  const frames = [];
  for (let i = 0; i < pairs.length; i += 2) frames.push({ pc: pairs[i], symbol: pairs[i + 1] });
  return frames;
}

// Microseconds of user and system time as the report has them, over the life of the process.
function processorTime(user, system) {
  const seconds = { user: user / 1e6, system: system / 1e6 };
  const share = (time) => (100 * time) / process.uptime();
  return {
    userCpuSeconds: seconds.user,
    kernelCpuSeconds: seconds.system,
    cpuConsumptionPercent: share(seconds.user + seconds.system),
    userCpuConsumptionPercent: share(seconds.user),
    kernelCpuConsumptionPercent: share(seconds.system),
  };
}

function resourceUsage() {
  const usage = process.resourceUsage();
  return {
    free_memory: os.freemem(),
    total_memory: os.totalmem(),
    rss: process.memoryUsage.rss(),
    constrained_memory: process.constrainedMemory(),
    available_memory: process.availableMemory(),
    ...processorTime(usage.userCPUTime, usage.systemCPUTime),
    maxRss: usage.maxRSS * 1024,
    pageFaults: { IORequired: usage.majorPageFault, IONotRequired: usage.minorPageFault },
    fsActivity: { reads: usage.fsRead, writes: usage.fsWrite },
  };
}

function threadResourceUsage() {
  const [user, system] = processInfo.threadCpuUsage();
  const { fsRead, fsWrite } = process.resourceUsage();
  return { ...processorTime(user, system), fsActivity: { reads: fsRead, writes: fsWrite } };
}

function userLimits() {
  const flat = own.limits();
  const shown = (limit) => (limit === Number.POSITIVE_INFINITY ? 'unlimited' : limit);
  const limits = {};
  for (let i = 0; i < flat.length; i += 3) {
    limits[flat[i]] = { soft: shown(flat[i + 1]), hard: shown(flat[i + 2]) };
  }
  return limits;
}

/**
 * The report of this thread as an object.
 * @param {{ event: string, trigger: string, filename: string | null, error?: object,
 *   excludeNetwork: boolean, excludeEnv: boolean }} what
 */
function collect(what) {
  const report = {
    header: headerOf(what),
    javascriptStack: javascriptStack(what.error),
    javascriptHeap: javascriptHeap(),
    nativeStack: nativeStack(),
    resourceUsage: resourceUsage(),
    uvthreadResourceUsage: threadResourceUsage(),
    libuv: own.handles(),
    workers: [],
  };
  if (!what.excludeEnv) report.environmentVariables = { ...process.env };
  report.userLimits = userLimits();
  report.sharedObjects = own.sharedObjects();
  return report;
}

module.exports = { collect };
