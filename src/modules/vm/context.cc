#include "modules/vm/context.h"

#include <memory>

#include "binding/binding.h"
#include "modules/inspector/agent.h"
#include "modules/vm/interceptors.h"
#include "runtime/disable_proto.h"
#include "runtime/environment.h"
#include "v8-microtask-queue.h"

namespace gyre::vm {
namespace {

// Slots of a context's embedder data. V8's own users take the low ones.
enum Slot { kSandboxSlot = 40, kForbidsWasmSlot };

// Keeps a microtask queue as long as the object that stands for its context.
class OwnQueue final : public Wrapped {
 public:
  static constexpr ClassTag kTag{"VmMicrotaskQueue", nullptr};
  OwnQueue(Realm& realm, v8::Local<v8::Object> object, std::unique_ptr<v8::MicrotaskQueue> queue)
      : Wrapped(realm, object, kTag), queue_(std::move(queue)) {}

 private:
  std::unique_ptr<v8::MicrotaskQueue> queue_;
};

struct ContextTemplates {
  // Keys of the isolate's registry, so that objects of a snapshot have the same.
  explicit ContextTemplates(Environment& js)
      : global_key(js.isolate(), v8::Private::ForApi(js.isolate(), js.name("gyre:vm:global"))),
        queue_key(js.isolate(), v8::Private::ForApi(js.isolate(), js.name("gyre:vm:queue"))) {}
  v8::Global<v8::Private> global_key;
  v8::Global<v8::Private> queue_key;
  v8::Global<v8::ObjectTemplate> sandboxed;
  v8::Global<v8::ObjectTemplate> queue;
  bool watches_wasm = false;
};

ContextTemplates& templates_of(Realm& js) { return Environment::from(js).module_state<ContextTemplates>(); }

v8::Local<v8::Private> global_key(Realm& js) { return templates_of(js).global_key.Get(js.isolate()); }

v8::Local<v8::Private> queue_key(Realm& js) { return templates_of(js).queue_key.Get(js.isolate()); }

bool allow_wasm(v8::Local<v8::Context> context, v8::Local<v8::String>) {
  if (context->GetNumberOfEmbedderDataFields() <= kForbidsWasmSlot) return true;
  return !context->GetEmbedderData(kForbidsWasmSlot)->IsTrue();
}

v8::Local<v8::ObjectTemplate> sandboxed_template(Realm& js, ContextTemplates& templates) {
  if (templates.sandboxed.IsEmpty()) {
    v8::Local<v8::ObjectTemplate> made = v8::ObjectTemplate::New(js.isolate());
    install_interceptors(made);
    templates.sandboxed.Reset(js.isolate(), made);
  }
  return templates.sandboxed.Get(js.isolate());
}

v8::Local<v8::Object> keep_queue(Realm& js, ContextTemplates& templates, std::unique_ptr<v8::MicrotaskQueue> queue) {
  if (templates.queue.IsEmpty()) {
    v8::Local<v8::ObjectTemplate> made = v8::ObjectTemplate::New(js.isolate());
    made->SetInternalFieldCount(Wrapped::kFieldCount);
    templates.queue.Reset(js.isolate(), made);
  }
  v8::Local<v8::Object> object = templates.queue.Get(js.isolate())->NewInstance(js.context()).ToLocalChecked();
  new OwnQueue(js, object, std::move(queue));
  return object;
}

}  // namespace

v8::Local<v8::Object> sandbox_of(v8::Local<v8::Context> context) {
  if (context->GetNumberOfEmbedderDataFields() <= kSandboxSlot) return {};
  v8::Local<v8::Value> sandbox = context->GetEmbedderData(kSandboxSlot);
  return sandbox->IsObject() ? sandbox.As<v8::Object>() : v8::Local<v8::Object>();
}

v8::MaybeLocal<v8::Context> context_of(Realm& js, v8::Local<v8::Value> object) {
  if (!object->IsObject()) return {};
  v8::Local<v8::Value> global;
  if (!object.As<v8::Object>()->GetPrivate(js.context(), global_key(js)).ToLocal(&global)) return {};
  if (!global->IsObject()) return {};
  return global.As<v8::Object>()->GetCreationContext(js.isolate());
}

v8::MicrotaskQueue* own_queue_of(Realm& js, v8::Local<v8::Context> context) {
  v8::MicrotaskQueue* queue = context->GetMicrotaskQueue();
  return queue == js.context()->GetMicrotaskQueue() ? nullptr : queue;
}

bool is_context(Realm& js, v8::Local<v8::Object> object) {
  return object->HasPrivate(js.context(), global_key(js)).FromMaybe(false);
}

void make_context(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Realm& js = Realm::from(info.GetIsolate());
  v8::Isolate* isolate = js.isolate();
  ContextTemplates& templates = templates_of(js);
  const bool sandboxed = info[0]->IsObject();

  std::unique_ptr<v8::MicrotaskQueue> queue;
  if (info[3]->IsTrue()) queue = v8::MicrotaskQueue::New(isolate, v8::MicrotasksPolicy::kExplicit);
  v8::Local<v8::ObjectTemplate> global_template;
  if (sandboxed) global_template = sandboxed_template(js, templates);
  v8::Local<v8::Context> context = v8::Context::New(isolate, nullptr, global_template, {}, {}, queue.get());
  if (context.IsEmpty()) return;

  disable_proto(Environment::from(js), context);
  // The program may pass objects to and fro.
  context->SetSecurityToken(js.context()->GetSecurityToken());
  context->AllowCodeGenerationFromStrings(info[1]->IsTrue());
  context->SetEmbedderData(kForbidsWasmSlot, v8::Boolean::New(isolate, !info[2]->IsTrue()));
  if (!info[2]->IsTrue() && !templates.watches_wasm) {
    templates.watches_wasm = true;
    isolate->SetAllowWasmCodeGenerationCallback(allow_wasm);
  }

  v8::Local<v8::Object> global = context->Global();
  v8::Local<v8::Object> face = sandboxed ? info[0].As<v8::Object>() : global;
  context->SetEmbedderData(kSandboxSlot, sandboxed ? face.As<v8::Value>() : v8::Undefined(isolate).As<v8::Value>());
  // The global keeps the context alive, and the object that stands for it keeps the global.
  if (face->SetPrivate(js.context(), global_key(js), global).IsNothing()) return;
  if (queue) {
    v8::Local<v8::Object> kept = keep_queue(js, templates, std::move(queue));
    if (face->SetPrivate(js.context(), queue_key(js), kept).IsNothing()) return;
  }
  if (info[5]->IsString() && info[6]->IsString()) {
    inspector::Agent::of(js).announce(context, utf8(js, info[5].As<v8::String>()), utf8(js, info[6].As<v8::String>()));
  }
  info.GetReturnValue().Set(face);
}

}  // namespace gyre::vm
