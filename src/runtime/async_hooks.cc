// What runtime/async_hooks.js needs of C++: hooks for V8's promises, and resources whose end only
// the garbage collector knows.
#include <memory>
#include <unordered_map>

#include "binding/binding.h"
#include "runtime/environment.h"

namespace gyre {
namespace {

void set_callbacks(Realm& js, v8::Local<v8::Object> hooks) {
  const auto take = [&](const char* key, v8::Global<v8::Function>& slot) {
    v8::Local<v8::Value> value;
    if (hooks->Get(js.context(), js.name(key)).ToLocal(&value) && value->IsFunction()) {
      slot.Reset(js.isolate(), value.As<v8::Function>());
    }
  };
  Realm::AsyncCallbacks& callbacks = js.async_callbacks();
  take("init", callbacks.init);
  take("before", callbacks.before);
  take("after", callbacks.after);
  take("destroy", callbacks.destroy);
}

// The resource of the native callback with that async id, if one runs.
v8::Local<v8::Value> execution_resource(Realm& js, double async_id) {
  for (CallbackScope* scope = js.async_scope; scope; scope = scope->outer()) {
    if (scope->async_id() == async_id) return scope->resource();
  }
  return v8::Undefined(js.isolate());
}

// Sets or clears V8's promise hooks: init, before, after, resolve.
void set_promise_hooks(const v8::FunctionCallbackInfo<v8::Value>& info) {
  const auto hook = [&](int i) {
    return info[i]->IsFunction() ? info[i].As<v8::Function>() : v8::Local<v8::Function>();
  };
  Realm::from(info.GetIsolate()).context()->SetPromiseHooks(hook(0), hook(1), hook(2), hook(3));
}

// Objects whose collection counts as the destruction of an async resource, by async id.
class Tracked {
 public:
  explicit Tracked(Environment& env) : realm_(env) {}

  void track(v8::Local<v8::Object> object, double async_id) {
    auto entry = std::make_unique<Entry>(*this, async_id);
    entry->object.Reset(realm_.isolate(), object);
    entry->object.SetWeak(
        entry.get(),
        [](const v8::WeakCallbackInfo<Entry>& info) {
          Entry* entry = info.GetParameter();
          entry->object.Reset();
          Tracked& owner = entry->owner;
          const double async_id = entry->async_id;
          owner.entries_.erase(async_id);  // deletes the entry
          owner.realm_.emit_destroy(async_id);
        },
        v8::WeakCallbackType::kParameter);
    entries_[async_id] = std::move(entry);
  }

  void untrack(double async_id) { entries_.erase(async_id); }

 private:
  struct Entry {
    Entry(Tracked& owner, double async_id) : owner(owner), async_id(async_id) {}
    Tracked& owner;
    double async_id;
    v8::Global<v8::Object> object;
  };

  Realm& realm_;
  std::unordered_map<double, std::unique_ptr<Entry>> entries_;
};

void track_destroy(Realm& js, v8::Local<v8::Object> object, double async_id) {
  Environment::from(js).module_state<Tracked>().track(object, async_id);
}

void untrack_destroy(Realm& js, double async_id) { Environment::from(js).module_state<Tracked>().untrack(async_id); }

void queue_destroy(Realm& js, double async_id) { js.emit_destroy(async_id); }

}  // namespace

GYRE_MODULE(async_wrap) {
  b.function<&set_callbacks>("setCallbacks");
  b.function<&execution_resource>("executionResource");
  b.raw<&set_promise_hooks>("setPromiseHooks");
  b.function<&track_destroy>("trackDestroy");
  b.function<&untrack_destroy>("untrackDestroy");
  b.function<&queue_destroy>("queueDestroy");
}

}  // namespace gyre
