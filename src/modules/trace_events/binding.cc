// native('trace_events'): adding events to the process's recorder.
#include "binding/binding.h"
#include "modules/trace_events/recorder.h"
#include "runtime/environment.h"

namespace gyre::trace_events {
namespace {

void emit(Realm&, std::string phase, std::string categories, std::string name, double id, std::string args) {
  Recorder::get().add(phase[0], categories, name, static_cast<int64_t>(id), args, Recorder::now());
}
void emit_metadata(std::string name, std::string args) { Recorder::get().add_metadata(name, args); }

// The milestones of this thread's start that were passed, as marks of the time when.
void emit_milestones(Environment& env) {
  const Environment::Milestones& at = env.milestones();
  const std::pair<const char*, uint64_t> all[] = {
      {"nodeStart", at.start},         {"v8Start", at.v8_start},
      {"environment", at.environment}, {"bootstrapComplete", at.bootstrap_complete},
      {"loopStart", at.loop_start},    {"loopExit", at.loop_exit},
  };
  for (const auto& [name, time] : all) {
    if (time > 0) Recorder::get().add('R', "node,node.bootstrap", name, 0, "{}", static_cast<double>(time) / 1000);
  }
}

// start(pattern, with milestones): events go to files from now on; the last is ended with this environment.
void start(Realm& js, std::string pattern, bool with_milestones) {
  Recorder::get().set_file_pattern(std::move(pattern));
  Recorder::get().write_to_files(true);
  Environment& env = Environment::from(js);
  env.at_exit([&env, with_milestones] {
    if (with_milestones) emit_milestones(env);
    Recorder::get().finish();
  });
}
std::string take() { return Recorder::get().take(); }

}  // namespace

GYRE_MODULE(trace_events) {
  b.function<&emit>("emit");
  b.function<&emit_metadata>("emitMetadata");
  b.function<&start>("start");
  b.function<&take>("take");
}

}  // namespace gyre::trace_events
