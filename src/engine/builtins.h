// The JavaScript of the standard library as it lies in the executable, and its code cache.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string_view>

#include "v8.h"

namespace gyre {

// One script of the standard library, wrapped as `(function (exports, require, module, native, process) {` ... `})`.
// `begin` points to Latin-1 bytes, or to UTF-16 when `wide`.
struct Builtin {
  const char* id;           // "modules/fs", "runtime/errors"
  const char* public_name;  // "fs" for node:fs, "" for an internal one
  const char* begin;
  const char* end;
  bool wide;
};

extern const Builtin kBuiltins[];  // sorted by id; made by tools/embed.py
extern const size_t kBuiltinCount;

// The built-in with this id, or nullptr.
const Builtin* find_builtin(std::string_view id);

// The position of a built-in in kBuiltins.
inline size_t builtin_index(const Builtin& builtin) { return &builtin - kBuiltins; }

// Compiles a built-in to the script whose value is its wrapper function. Throws into the isolate on failure.
v8::MaybeLocal<v8::Script> compile_builtin_script(v8::Local<v8::Context> context, const Builtin& builtin);

// Compiles a built-in to its wrapper function (exports, require, module, native, process), from the code
// cache when the executable carries one that V8 accepts. Throws into the isolate on failure.
v8::MaybeLocal<v8::Function> compile_builtin(v8::Local<v8::Context> context, const Builtin& builtin);

// Functions that are compiled with the script that contains them, by position in it, instead of when they are
// first called. Only for making the snapshot and the code cache: what lies in these is not compiled at run time.
class EagerFunctions {
 public:
  void add(const Builtin& builtin, int position) { positions_[builtin_index(builtin)].insert(position); }
  // Null when no function of this script is listed.
  const std::set<int>* of(const Builtin& builtin) const;

 private:
  std::map<size_t, std::set<int>> positions_;
};

// Makes these two obey `functions` and forget the code cache; null ends that.
void compile_eagerly(const EagerFunctions* functions);

// The startup snapshot, empty in the executable that makes it.
v8::StartupData embedded_snapshot();

// Sets what embedded_snapshot() and embedded_code_cache() return, for an executable that carries none.
void set_startup_data(std::span<const char> snapshot, std::span<const uint8_t> code_cache);

// The code cache file: kBuiltinCount pairs of uint32_t (offset, length), then the data.
std::span<const uint8_t> embedded_code_cache();

// Addresses of the string resources of the built-ins, which a snapshot refers to instead of copying.
void add_builtin_references(std::vector<intptr_t>& references);

}  // namespace gyre
