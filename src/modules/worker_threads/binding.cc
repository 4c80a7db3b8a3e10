// native('worker'): the threads that run JavaScript.
#include "binding/binding.h"
#include "runtime/environment.h"

namespace gyre::worker_threads {

GYRE_MODULE(worker) {
  b.value("isMainThread", [](Realm& js) { return to_js(js, Environment::from(js).config().is_main_thread); });
  b.value("threadId", [](Realm& js) { return to_js(js, Environment::from(js).config().thread_id); });
}

}  // namespace gyre::worker_threads
