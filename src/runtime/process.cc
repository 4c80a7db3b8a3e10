// native('process'): the process as the system sees it.
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <mutex>

#include "binding/binding.h"
#include "runtime/array_buffer_memory.h"
#include "runtime/environment.h"
#include "runtime/environment_variables.h"
#include "runtime/options.h"
#include "runtime/stack_dump.h"

namespace gyre {
namespace {

v8::Local<v8::Value> start(Realm& js) {
  Environment& env = Environment::from(js);
  v8::Local<v8::Object> state = v8::Object::New(js.isolate());
  char path[4096];
  size_t size = sizeof path;
  std::string executable = env.config().args.empty() ? "gyre" : env.config().args[0];
  std::string argv0 = executable;
  if (uv_exepath(path, &size) == 0) executable.assign(path, size);
  std::vector<std::string> argv = env.config().args;
  if (!argv.empty()) argv[0] = executable;
  js.set(state, "env", environment_object(js));
  js.set(state, "argv", to_js(js, argv));
  js.set(state, "argv0", to_js(js, argv0));
  js.set(state, "execArgv", to_js(js, env.config().exec_args));
  js.set(state, "execPath", to_js(js, executable));
  js.set(state, "pid", to_js(js, static_cast<int32_t>(getpid())));
  const auto& given = env.options().values;
  js.set(state, "hasPermissions",
         to_js(js,
               js.permissions() != nullptr || given.contains("--allow-fs-read") || given.contains("--allow-fs-write")));
  const bool changes_crypto = std::any_of(given.begin(), given.end(), [](const auto& option) {
    return option.first.starts_with("--openssl-") || option.first.ends_with("-fips");
  });
  js.set(state, "changesCrypto", to_js(js, changes_crypto));
  js.set(state, "isMainThread", to_js(js, env.config().is_main_thread));
  return state;
}

Result<std::string> cwd() {
  std::string path(4096, '\0');
  size_t size = path.size();
  int err = uv_cwd(path.data(), &size);
  if (err == UV_ENOBUFS) {
    path.resize(size);
    err = uv_cwd(path.data(), &size);
  }
  if (err) return SystemError{err, "uv_cwd"};
  path.resize(size);
  return path;
}

Result<> change_directory(std::string path) {
  GYRE_TRY(permit(Permission::FileSystemRead, path));
  if (int err = uv_chdir(path.c_str())) return SystemError{err, "chdir", cwd() ? cwd().value() : "", path};
  return Done{};
}

uint8_t* memory_of(v8::Local<v8::Value> view) {
  return view.As<v8::ArrayBufferView>()->GetContents(v8::MemorySpan<uint8_t>()).data();
}

void write_hrtime(v8::Local<v8::Value> array) {
  const uint64_t now = uv_hrtime();
  auto* out = reinterpret_cast<uint32_t*>(memory_of(array));
  const uint64_t seconds = now / 1000000000;
  out[0] = static_cast<uint32_t>(seconds >> 32);
  out[1] = static_cast<uint32_t>(seconds);
  out[2] = static_cast<uint32_t>(now % 1000000000);
}

// hrtime(array): seconds (two 32-bit halves) and nanoseconds, into a Uint32Array with memory of its own.
void hrtime(const v8::FunctionCallbackInfo<v8::Value>& info) { write_hrtime(info[0]); }
void fast_hrtime(v8::Local<v8::Value>, v8::Local<v8::Value> array) { write_hrtime(array); }

void write_nanoseconds(v8::Local<v8::Value> array) { *reinterpret_cast<uint64_t*>(memory_of(array)) = uv_hrtime(); }

// hrtimeBigInt(array): all nanoseconds, into a BigUint64Array with memory of its own.
void hrtime_bigint(const v8::FunctionCallbackInfo<v8::Value>& info) { write_nanoseconds(info[0]); }
void fast_hrtime_bigint(v8::Local<v8::Value>, v8::Local<v8::Value> array) { write_nanoseconds(array); }

void really_exit(Realm& js, std::optional<int32_t> given) {
  const int32_t code = given.value_or(0);
  Environment& env = Environment::from(js);
  if (env.options().flag("--trace-exit")) {
    print_stack_here(env, "Exited the environment with code " + std::to_string(code));
  }
  env.exit(code);
}
void abort_process() { abort(); }

Result<double> resident_memory() {
  size_t rss = 0;
  if (int err = uv_resident_set_memory(&rss)) return SystemError{err, "uv_resident_set_memory"};
  return static_cast<double>(rss);
}

Result<std::vector<double>> memory_usage(Realm& js) {
  const double rss = GYRE_TRY(resident_memory());
  v8::HeapStatistics heap;
  js.isolate()->GetHeapStatistics(&heap);
  return std::vector<double>{rss, static_cast<double>(heap.total_heap_size()),
                             static_cast<double>(heap.used_heap_size()), static_cast<double>(heap.external_memory()),
                             static_cast<double>(ArrayBufferMemory::of(js.isolate()).bytes())};
}

double constrained_memory() { return static_cast<double>(uv_get_constrained_memory()); }
double available_memory() { return static_cast<double>(uv_get_available_memory()); }

double micros(const uv_timeval_t& t) { return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec); }

Result<std::vector<double>> cpu_usage() {
  uv_rusage_t usage;
  if (int err = uv_getrusage(&usage)) return SystemError{err, "uv_getrusage"};
  return std::vector<double>{micros(usage.ru_utime), micros(usage.ru_stime)};
}

Result<std::vector<double>> thread_cpu_usage() {
  rusage usage;
  if (getrusage(RUSAGE_THREAD, &usage)) return SystemError{-errno, "getrusage"};
  return std::vector<double>{static_cast<double>(usage.ru_utime.tv_sec) * 1e6 + usage.ru_utime.tv_usec,
                             static_cast<double>(usage.ru_stime.tv_sec) * 1e6 + usage.ru_stime.tv_usec};
}

Result<std::vector<double>> resource_usage() {
  uv_rusage_t u;
  if (int err = uv_getrusage(&u)) return SystemError{err, "uv_getrusage"};
  const auto d = [](auto v) { return static_cast<double>(v); };
  return std::vector<double>{micros(u.ru_utime), micros(u.ru_stime), d(u.ru_maxrss),  d(u.ru_ixrss),
                             d(u.ru_idrss),      d(u.ru_isrss),      d(u.ru_minflt),  d(u.ru_majflt),
                             d(u.ru_nswap),      d(u.ru_inblock),    d(u.ru_oublock), d(u.ru_msgsnd),
                             d(u.ru_msgrcv),     d(u.ru_nsignals),   d(u.ru_nvcsw),   d(u.ru_nivcsw)};
}

int32_t kill_process(int32_t pid, int32_t signal) { return uv_kill(pid, signal); }

int32_t get_umask() {
  const mode_t old = ::umask(0);
  ::umask(old);
  return static_cast<int32_t>(old);
}
int32_t set_umask(int32_t mask) { return static_cast<int32_t>(::umask(static_cast<mode_t>(mask))); }

double uptime() {
  timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

int32_t parent_pid() { return getppid(); }
uint32_t user_id() { return getuid(); }
uint32_t effective_user_id() { return geteuid(); }
uint32_t group_id() { return getgid(); }
uint32_t effective_group_id() { return getegid(); }

Result<std::vector<double>> group_ids() {
  const int count = getgroups(0, nullptr);
  if (count < 0) return SystemError{-errno, "getgroups"};
  std::vector<gid_t> groups(static_cast<size_t>(count));
  if (getgroups(count, groups.data()) < 0) return SystemError{-errno, "getgroups"};
  std::vector<double> result(groups.begin(), groups.end());
  const double own = getegid();
  bool found = false;
  for (double group : result) found |= group == own;
  if (!found) result.push_back(own);
  return result;
}

// A user or group id of a name, -1 when there is none.
double user_of(std::string name) {
  passwd entry, *found = nullptr;
  std::string memory(16384, '\0');
  if (getpwnam_r(name.c_str(), &entry, memory.data(), memory.size(), &found) || !found) return -1;
  return entry.pw_uid;
}
double group_of(std::string name) {
  group entry, *found = nullptr;
  std::string memory(16384, '\0');
  if (getgrnam_r(name.c_str(), &entry, memory.data(), memory.size(), &found) || !found) return -1;
  return entry.gr_gid;
}

// These return 0 or the system's error number.
int32_t errno_of(int result) { return result ? errno : 0; }
int32_t set_user(double id) { return errno_of(setuid(static_cast<uid_t>(id))); }
int32_t set_effective_user(double id) { return errno_of(seteuid(static_cast<uid_t>(id))); }
int32_t set_group(double id) { return errno_of(setgid(static_cast<gid_t>(id))); }
int32_t set_effective_group(double id) { return errno_of(setegid(static_cast<gid_t>(id))); }
int32_t set_groups(std::vector<double> ids) {
  std::vector<gid_t> groups;
  for (double id : ids) groups.push_back(static_cast<gid_t>(id));
  return errno_of(setgroups(groups.size(), groups.data()));
}
int32_t init_groups(std::string user, double group) {
  return errno_of(initgroups(user.c_str(), static_cast<gid_t>(group)));
}
std::string describe_errno(int32_t number) { return strerror(number); }

Result<std::string> get_title() {
  std::string title(4096, '\0');
  if (int err = uv_get_process_title(title.data(), title.size())) return SystemError{err, "uv_get_process_title"};
  title.resize(strlen(title.c_str()));
  return title;
}
void set_title(std::string title) { uv_set_process_title(title.c_str()); }

// process._rawDebug() and last words.
void write_stderr(std::string text) { write_to_stderr(text); }

bool is_listening(uv_handle_t* handle) {
  uv_os_fd_t fd;
  int listening = 0;
  socklen_t size = sizeof listening;
  return uv_fileno(handle, &fd) == 0 && getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening;
}

// What a handle is called among the active resources; nullptr for those that are not told of.
const char* resource_name(Realm& js, Wrapped& wrapped, uv_handle_t* handle) {
  switch (handle->type) {
    case UV_TCP: return is_listening(handle) ? "TCPServerWrap" : "TCPSocketWrap";
    case UV_NAMED_PIPE: return is_listening(handle) ? "PipeServerWrap" : "PipeWrap";
    case UV_TTY: return "TTYWrap";
    case UV_UDP: return "UDPWrap";
    case UV_PROCESS: return "ProcessWrap";
    case UV_SIGNAL: return "SignalWrap";
    case UV_FS_EVENT: return "FSEventWrap";
    case UV_FS_POLL: return "StatWatcher";
    case UV_ASYNC:
      return js.name("Port")->StrictEquals(wrapped.object()->GetConstructorName()) ? "MessagePort" : nullptr;
    default: return nullptr;
  }
}

// [name, object, ...] of the handles that hold the loop open, in the order of their making.
v8::Local<v8::Value> active_handles(Realm& js) {
  std::vector<v8::Local<v8::Value>> found;
  for (Wrapped* at = js.wrapped(); at; at = at->next()) {
    uv_handle_t* handle = at->open_handle();
    if (!handle || !uv_has_ref(handle)) continue;
    const char* name = resource_name(js, *at, handle);
    if (!name) continue;
    found.push_back(at->object());
    found.push_back(js.name(name));
  }
  std::reverse(found.begin(), found.end());
  return v8::Array::New(js.isolate(), found.data(), found.size());
}

// The same of requests: [provider, object, ...].
v8::Local<v8::Value> active_requests(Realm& js) {
  std::vector<v8::Local<v8::Value>> found;
  for (AsyncRequest* at = js.requests; at; at = at->next()) {
    found.push_back(at->object());
    found.push_back(js.name(at->provider()));
  }
  std::reverse(found.begin(), found.end());
  return v8::Array::New(js.isolate(), found.data(), found.size());
}

Result<> replace_process(std::string file, std::vector<std::string> args, std::vector<std::string> environment) {
  GYRE_TRY(permit(Permission::ChildProcess, file));
  std::vector<char*> argv, envp;
  for (std::string& arg : args) argv.push_back(arg.data());
  argv.push_back(nullptr);
  for (std::string& pair : environment) envp.push_back(pair.data());
  envp.push_back(nullptr);
  // The new program gets the standard streams and nothing else of ours.
  for (int fd = 0; fd < 3; fd++) fcntl(fd, F_SETFD, 0);
  execve(file.c_str(), argv.data(), envp.data());
  return SystemError{-errno, "execve", file};
}

}  // namespace

GYRE_MODULE(process) {
  b.function<&start>("start");
  b.function<&environment_pairs>("environmentPairs");
  b.function<&share_environment>("shareEnvironment");
  b.function<&cwd>("cwd");
  b.function<&change_directory>("chdir");
  b.raw_fast<&hrtime, &fast_hrtime>("hrtime");
  b.raw_fast<&hrtime_bigint, &fast_hrtime_bigint>("hrtimeBigInt");
  b.function<&really_exit>("reallyExit");
  b.function<&abort_process>("abort");
  b.function<&memory_usage>("memoryUsage");
  b.function<&resident_memory>("rss");
  b.function<&constrained_memory>("constrainedMemory");
  b.function<&available_memory>("availableMemory");
  b.function<&cpu_usage>("cpuUsage");
  b.function<&thread_cpu_usage>("threadCpuUsage");
  b.function<&resource_usage>("resourceUsage");
  b.function<&kill_process>("kill");
  b.function<&get_umask>("getUmask");
  b.function<&set_umask>("setUmask");
  b.function<&uptime>("bootTime");
  b.function<&parent_pid>("ppid");
  b.function<&user_id>("getuid");
  b.function<&effective_user_id>("geteuid");
  b.function<&group_id>("getgid");
  b.function<&effective_group_id>("getegid");
  b.function<&group_ids>("getgroups");
  b.function<&user_of>("userOf");
  b.function<&group_of>("groupOf");
  b.function<&set_user>("setuid");
  b.function<&set_effective_user>("seteuid");
  b.function<&set_group>("setgid");
  b.function<&set_effective_group>("setegid");
  b.function<&set_groups>("setgroups");
  b.function<&init_groups>("initgroups");
  b.function<&describe_errno>("describeErrno");
  b.function<&get_title>("getTitle");
  b.function<&set_title>("setTitle");
  b.function<&write_stderr>("writeStderr");
  b.function<&active_handles>("activeHandles");
  b.function<&active_requests>("activeRequests");
  b.function<&replace_process>("execve");
}

}  // namespace gyre
