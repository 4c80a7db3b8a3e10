// The executable: reads the command line, starts V8 and the main thread's environment.
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <uv.h>

#include <cstdio>
#include <string>
#include <vector>

#include "cli/help.h"
#include "cli/run_script.h"
#include "engine/builtins.h"
#include "engine/platform.h"
#include "modules/inspector/debug_signal.h"
#include "runtime/env_file.h"
#include "runtime/environment.h"
#include "runtime/heap_limits.h"
#include "runtime/options.h"
#include "runtime/report/report.h"
#include "runtime/snapshot.h"
#include "runtime/trace_sigint.h"
#include "v8.h"

// V8's archive carries Abseil built with its deadlock detector on, and no header of it.
namespace absl {
enum class OnDeadlockCycle { kIgnore, kReport, kAbort };
void SetMutexDeadlockDetectionMode(OnDeadlockCycle mode);
}  // namespace absl

namespace gyre {
namespace {

constexpr int kStartupSnapshotFailure = 14;  // https://nodejs.org/api/process.html#exit-codes

// A program expects descriptors 0 to 2 to be open: the next file it opens must not become one.
void open_standard_streams() {
  for (int fd = 0; fd < 3; fd++) {
    if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) != fd) abort();
  }
}

// As many descriptors as the system lets us have, and a broken pipe is an error, not a signal.
void prepare_process() {
  open_standard_streams();
  signal(SIGPIPE, SIG_IGN);
  // A file that would grow beyond the limit is an error of the write (EFBIG).
  signal(SIGXFSZ, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

int refuse(const std::string& program, const OptionError& error) {
  std::fprintf(stderr, "%s: %s\n", program.c_str(), error.message.c_str());
  return error.exit_code;
}

// V8's options that ours stand for. They come last, and so have the last word.
void add_implied_engine_flags(ParsedOptions& options) {
  if (options.flag("--experimental-shadow-realm")) options.engine_flags.push_back("--harmony-shadow-realm");
  if (const std::string percentage = options.text("--max-old-space-size-percentage"); !percentage.empty()) {
    constexpr double kMegabyte = 1024 * 1024;
    const double megabytes =
        static_cast<double>(usable_memory()) / kMegabyte * strtod(percentage.c_str(), nullptr) / 100;
    options.engine_flags.push_back("--max-old-space-size=" + std::to_string(static_cast<uint64_t>(megabytes)));
  }
}

// Hands V8 its options; returns the first that it does not know, or "".
std::string set_engine_flags(const std::vector<std::string>& flags) {
  if (flags.empty()) return "";
  std::vector<std::string> copies = flags;
  std::vector<char*> argv{const_cast<char*>("gyre")};
  for (std::string& flag : copies) argv.push_back(flag.data());
  int argc = static_cast<int>(argv.size());
  v8::V8::SetFlagsFromCommandLine(&argc, argv.data(), true);
  return argc > 1 ? argv[1] : "";
}

int start(int argc, char** argv) {
  prepare_process();
  // The detector fills a megabyte at the first lock, and slows every lock that follows.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  argv = uv_setup_args(argc, argv);
  std::vector<std::string> args(argv + 1, argv + argc);
  const std::string program = argv[0];

  // `import source` and WebAssembly's promise integration and exception references are on in Node 24. The snapshot and
  // its reader must agree on V8's flags.
  v8::V8::SetFlagsFromString("--js-source-phase-imports");
  v8::V8::SetFlagsFromString("--experimental-wasm-jspi");
  v8::V8::SetFlagsFromString("--experimental-wasm-exnref");
  // v8.setFlagsFromString() may be called at any time.
  v8::V8::SetFlagsFromString("--no-freeze-flags-after-init");
  // Only the executable of the build's first stage, which has no snapshot, makes one or runs from one in a file.
  const bool first_stage = embedded_snapshot().raw_size <= 1;
  const bool makes_snapshot = first_stage && args.size() >= 3 && args[0] == "--gyre-build-snapshot";
  if (first_stage && args.size() >= 3 && args[0] == "--gyre-startup-files") {
    if (!use_startup_files(args[1].c_str(), args[2].c_str())) return refuse(program, {"no startup files"});
    args.erase(args.begin(), args.begin() + 3);
  }
  ParsedOptions options;
  if (!makes_snapshot) {
    // Before the files of --env-file are read: those are not for scripts.
    if (const auto script = script_to_run(args)) return run_script(*script, args);
    if (std::string error = load_env_files(args); !error.empty()) return refuse(program, {error});
    auto parsed = parse_options(args, getenv("NODE_OPTIONS"));
    if (auto* error = std::get_if<OptionError>(&parsed)) return refuse(program, *error);
    options = std::move(std::get<ParsedOptions>(parsed));
    if (options.flag("--version")) {
      std::puts("v24.21.0");
      return 0;
    }
    if (options.flag("--help")) {
      print_help();
      return 0;
    }
    if (options.flag("--v8-options")) {
      print_engine_options();
      return 0;
    }
    if (options.flag("--completion-bash")) {
      print_bash_completion();
      return 0;
    }
    add_implied_engine_flags(options);
    report::take_options(options);
    if (std::string unknown = set_engine_flags(options.engine_flags); !unknown.empty()) {
      return refuse(program, {"bad option: " + unknown});
    }
  }
  v8::V8::InitializePlatform(&Platform::get());
  v8::V8::Initialize();
  if (makes_snapshot) {
    return build_snapshot(args[1].c_str(), args[2].c_str(), args.size() > 3 ? args[3].c_str() : nullptr);
  }

  const bool builds_snapshot = options.flag("--build-snapshot") || !options.text("--build-snapshot-config").empty();
  const std::string blob = options.text("--snapshot-blob");
  if (builds_snapshot && options.flag("--build-snapshot") && options.rest.empty()) {
    return refuse(program, {"--build-snapshot must be used with an entry point script.\n"
                            "Usage: node --build-snapshot /path/to/entry.js"});
  }
  if (!builds_snapshot && !blob.empty()) {
    if (std::string error = use_user_snapshot(blob); !error.empty()) {
      std::fprintf(stderr, "%s: %s\n", program.c_str(), error.c_str());
      return kStartupSnapshotFailure;
    }
  }

  EnvironmentConfig config;
  config.builds_snapshot = builds_snapshot;
  config.args.push_back(program);
  config.args.insert(config.args.end(), options.rest.begin(), options.rest.end());
  config.exec_args = options.exec_args;
  config.options = std::make_shared<const ParsedOptions>(std::move(options));
  auto env = Environment::create(std::move(config));
  if (!env) return refuse(program, {"the startup snapshot could not be read"});
  if (env->options().flag("--trace-sigint")) trace_sigint(*env, true);
  // A program that makes a snapshot of itself may hold no handle of ours.
  if (!builds_snapshot && !env->options().flag("--disable-sigusr1")) inspector::listen_for_debug_signal(*env);
  int code = env->run();
  if (builds_snapshot) {
    if (!env->stopping()) code = env->write_snapshot(blob.empty() ? "snapshot.blob" : blob);
    fflush(nullptr);
    _exit(code);
  }
#ifdef GYRE_ASAN
  env.reset();
  return code;
#else
  env->exit(code);
  return code;
#endif
}

}  // namespace
}  // namespace gyre

int main(int argc, char** argv) { return gyre::start(argc, argv); }
