#include "runtime/heap_limits.h"

#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/block_cache.h"
#include "runtime/report/report.h"

namespace gyre {

// What part of the memory may lie idle in blocks of each kind.
constexpr uint64_t kIdleShare = 32;

uint64_t usable_memory() {
  const uint64_t total = uv_get_total_memory();
  const uint64_t allowed = uv_get_constrained_memory();
  return allowed > 0 && allowed < total ? allowed : total;
}

void set_heap_limits(v8::ResourceConstraints& constraints, const EnvironmentConfig& config) {
  if (config.is_main_thread) {
    const uint64_t memory = usable_memory();
    constraints.ConfigureDefaults(memory, 0);
    BlockCache::shared().limit_idle(memory / kIdleShare);
  } else {
    const uint64_t total = uv_get_total_memory();
    constraints.ConfigureDefaults(total, 0);
    if (config.max_old_generation > 0) constraints.set_max_old_generation_size_in_bytes(config.max_old_generation);
    if (config.max_young_generation > 0) {
      constraints.set_max_young_generation_size_in_bytes(config.max_young_generation);
    }
    if (config.code_range > 0) constraints.set_code_range_size_in_bytes(config.code_range);
  }
}

namespace {

[[noreturn]] void give_up(const char* location, const char* message, const char* trigger) {
  if (location) {
    std::fprintf(stderr, "FATAL ERROR: %s %s\n", location, message);
  } else {
    std::fprintf(stderr, "FATAL ERROR: %s\n", message);
  }
  std::fflush(stderr);
  report::write_for_fatal_error(trigger, message);
  std::abort();
}

}  // namespace

void on_fatal_error(const char* location, const char* message) { give_up(location, message, "FatalError"); }

void on_out_of_memory(const char* location, const v8::OOMDetails& details) {
  const char* message = details.is_heap_oom ? "Allocation failed - JavaScript heap out of memory"
                                            : "Allocation failed - process out of memory";
  if (details.detail) std::fprintf(stderr, "Reason: %s\n", details.detail);
  give_up(location, message, "OOMError");
}

}  // namespace gyre
