// process.env: an object whose properties are the process's environment variables.
#pragma once

#include <cstdint>
#include <vector>

#include "binding/realm.h"

namespace gyre {

// A new process.env that reads and writes the process's environment. Workers get a copy of their
// own unless they share it.
v8::Local<v8::Value> environment_object(Realm& js);

// From now on other threads may write to the environment. Given the process.env of now, returns that to put in its
// place, whose properties are always what the environment holds.
v8::Local<v8::Value> share_environment(Realm& js, v8::Local<v8::Value> current);

// All variables as NAME=VALUE if `env` is the process.env that this thread started with and no other thread
// writes to; undefined otherwise.
v8::Local<v8::Value> environment_pairs(Realm& js, v8::Local<v8::Value> env);

// The addresses of what answers for process.env: a snapshot that holds one refers to them.
void add_environment_references(std::vector<intptr_t>& references);

}  // namespace gyre
