#include "engine/young_collection.h"

#include <mutex>

namespace gyre {

namespace {

// Held while the flag is set: it is one for all isolates.
std::mutex mutex;
bool is_program_s = false;

}  // namespace

void collect_young(v8::Isolate* isolate) {
  const std::lock_guard lock(mutex);
  if (is_program_s) return;
  v8::V8::SetFlagsFromString("--expose-gc");
  isolate->RequestGarbageCollectionForTesting(v8::Isolate::kMinorGarbageCollection);
  v8::V8::SetFlagsFromString("--no-expose-gc");
}

void note_engine_flags(std::string_view flags) {
  if (flags.find("expose") != std::string_view::npos) is_program_s = true;
}

void change_engine_flags(const std::string& flags) {
  const std::lock_guard lock(mutex);
  note_engine_flags(flags);
  v8::V8::SetFlagsFromString(flags.c_str(), flags.size());
}

}  // namespace gyre
