// Values between SQLite and JavaScript.
#pragma once

// What the library was built with decides what its header declares.
#define SQLITE_ENABLE_SESSION 1
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#define SQLITE_ENABLE_COLUMN_METADATA 1
#include <sqlite3.h>

#include "binding/binding.h"

namespace gyre::sqlite {

// A value of a row or of a function's argument; empty (with a pending exception) when an integer is
// too large for a number. `as_bigint` reads integers as BigInt.
v8::MaybeLocal<v8::Value> column_to_js(Realm& js, sqlite3_stmt* statement, int column, bool as_bigint);
v8::MaybeLocal<v8::Value> value_to_js(Realm& js, sqlite3_value* value, bool as_bigint);

// Binds a JavaScript value to a parameter. SQLITE_OK, a code of SQLite, or kThrown.
inline constexpr int kThrown = -1;
int bind_value(Realm& js, sqlite3_stmt* statement, int index, v8::Local<v8::Value> value);

// Sets what a user-defined function returns.
void set_result(Realm& js, sqlite3_context* context, v8::Local<v8::Value> value);

// The bytes as a Uint8Array of their own.
v8::Local<v8::Value> bytes_to_js(Realm& js, const void* data, size_t size);

bool is_bytes(v8::Local<v8::Value> value);

// An Error of code ERR_SQLITE_ERROR.
v8::Local<v8::Value> make_error(Realm& js, int code, const char* message);

}  // namespace gyre::sqlite
