// A connection to a database, with the statements and sessions that live on it.
#pragma once

#include <set>

#include "modules/sqlite/values.h"

namespace gyre::sqlite {

class Statement;
class Session;

class Database final : public Wrapped {
 public:
  static constexpr ClassTag kTag{"Database", nullptr};

  Database(Realm& js, v8::Local<v8::Object> object) : Wrapped(js, object, kTag) {}
  ~Database() override;
  void dispose() override { release(); }

  Result<> open(Realm& js, std::string path, bool read_only, bool foreign_keys, bool double_quotes, bool extensions,
                int32_t timeout, bool defensive);
  Result<> close(Realm& js);
  bool is_open() const { return db_ != nullptr; }
  Result<bool> in_transaction();
  Result<> exec(Realm& js, std::string sql);
  Result<v8::Local<v8::Value>> prepare(Realm& js, std::string sql);
  Result<std::optional<std::string>> location(std::string name);
  // Sets a limit (unless negative) and returns what it was before.
  Result<int32_t> limit(int32_t id, int32_t value);
  Result<> enable_extensions(Realm& js, bool allow);
  Result<> load_extension(Realm& js, std::string path, std::optional<std::string> entry);
  Result<> set_defensive(Realm& js, bool active);
  Result<v8::Local<v8::Value>> serialize(Realm& js, std::string name);
  Result<> deserialize(Realm& js, std::span<uint8_t> bytes, std::string name);
  Result<> create_function(Realm& js, std::string name, int32_t arguments, int32_t flags, bool use_bigint,
                           v8::Local<v8::Function> function);
  // `result` and `inverse` are functions or undefined.
  Result<> create_aggregate(Realm& js, std::string name, int32_t arguments, int32_t flags, bool use_bigint,
                            v8::Local<v8::Value> start, v8::Local<v8::Function> step, v8::Local<v8::Value> result,
                            v8::Local<v8::Value> inverse);
  Result<> set_authorizer(Realm& js, v8::Local<v8::Value> callback);
  // Calls `callback(sql, nanoseconds)` after each statement; undefined ends that.
  Result<> set_trace(Realm& js, v8::Local<v8::Value> callback);
  Result<v8::Local<v8::Value>> create_session(Realm& js, std::optional<std::string> table, std::string name);
  // True unless a conflict aborted it. `filter` and `on_conflict` are functions or undefined.
  Result<bool> apply_changeset(Realm& js, std::span<uint8_t> changeset, v8::Local<v8::Value> filter,
                               v8::Local<v8::Value> on_conflict);

  sqlite3* handle() const { return db_; }

  // Calls a JavaScript function from inside SQLite. What it throws is kept: SQLite's call fails and
  // fail() throws it then.
  v8::MaybeLocal<v8::Value> call(v8::Local<v8::Function> function, int argc, v8::Local<v8::Value> argv[]);
  // Keeps an error that is thrown when SQLite's call is over.
  void keep_error(v8::Local<v8::Value> error);
  // Throws the kept error, or what SQLite says.
  Thrown fail(Realm& js);
  Thrown fail(Realm& js, int code);
  // What an operation that changes the connection needs: it is open, and no authorizer is running.
  std::optional<CodedError> refusal() const;

  void add(Statement& statement) { statements_.insert(&statement); }
  void remove(Statement& statement) { statements_.erase(&statement); }
  void add(Session& session) { sessions_.insert(&session); }
  void remove(Session& session) { sessions_.erase(&session); }
  // Statements that are executing, and callbacks that are running.
  int busy = 0;

 private:
  static int authorize(void* data, int action, const char* a, const char* b, const char* c, const char* d);
  static int trace(unsigned event, void* data, void* statement, void* detail);
  void release();
  void finalize_statements();

  sqlite3* db_ = nullptr;
  std::set<Statement*> statements_;
  std::set<Session*> sessions_;
  v8::Global<v8::Function> authorizer_;
  v8::Global<v8::Function> tracer_;
  v8::Global<v8::Value> kept_error_;
  bool allows_extensions_ = false;
  int authorizing_ = 0;
};

}  // namespace gyre::sqlite
