// Contexts that node:vm makes. The global object of a contextified one is a view of an object of the
// program, its sandbox: what the sandbox has is found there, and what the code sets is put there.
#pragma once

#include "binding/realm.h"

namespace gyre::vm {

// The context that a contextified object or a vanilla global stands for; empty for other objects.
v8::MaybeLocal<v8::Context> context_of(Realm& js, v8::Local<v8::Value> object);

// The queue of a context whose microtasks run after each evaluation; nullptr if it shares the
// isolate's.
v8::MicrotaskQueue* own_queue_of(Realm& js, v8::Local<v8::Context> context);

// makeContext(sandbox or undefined, allowStrings, allowWasm, ownMicrotasks, hostId): the object that
// stands for the context: the sandbox, or the global of a new plain context.
void make_context(const v8::FunctionCallbackInfo<v8::Value>& info);

bool is_context(Realm& js, v8::Local<v8::Object> object);

}  // namespace gyre::vm
