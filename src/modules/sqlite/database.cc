#include "modules/sqlite/database.h"

#include <cstring>

#include "modules/sqlite/session.h"
#include "modules/sqlite/statement.h"

namespace gyre::sqlite {

namespace {

CodedError invalid_state(const char* message) { return CodedError{ErrorType::Error, "ERR_INVALID_STATE", message}; }

}  // namespace

Database::~Database() { release(); }

void Database::finalize_statements() {
  for (Statement* statement : statements_) statement->finalize();
  statements_.clear();
}

void Database::release() {
  if (db_ == nullptr) return;
  tracer_.Reset();
  finalize_statements();
  for (Session* session : sessions_) session->release();
  sessions_.clear();
  sqlite3_close_v2(db_);
  db_ = nullptr;
  authorizer_.Reset();
}

std::optional<CodedError> Database::refusal() const {
  if (db_ == nullptr) return invalid_state("database is not open");
  if (authorizing_ > 0) return invalid_state("database connection is in use by its authorizer callback");
  return std::nullopt;
}

void Database::keep_error(v8::Local<v8::Value> error) {
  if (kept_error_.IsEmpty()) kept_error_.Reset(realm().isolate(), error);
}

Thrown Database::fail(Realm& js) {
  if (!kept_error_.IsEmpty()) return fail(js, SQLITE_ERROR);
  v8::Local<v8::Value> error = make_error(js, sqlite3_extended_errcode(db_), sqlite3_errmsg(db_));
  js.isolate()->ThrowException(error);
  return Thrown{};
}

Thrown Database::fail(Realm& js, int code) {
  v8::Local<v8::Value> error;
  if (kept_error_.IsEmpty()) {
    error = make_error(js, code, sqlite3_errstr(code));
  } else {
    error = kept_error_.Get(js.isolate());
    kept_error_.Reset();
  }
  js.isolate()->ThrowException(error);
  return Thrown{};
}

v8::MaybeLocal<v8::Value> Database::call(v8::Local<v8::Function> function, int argc, v8::Local<v8::Value> argv[]) {
  v8::Isolate* isolate = realm().isolate();
  // A call of SQLite that has failed already is only winding up.
  if (!kept_error_.IsEmpty()) return {};
  v8::TryCatch caught(isolate);
  v8::Local<v8::Value> result;
  busy++;
  bool ok = function->Call(realm().context(), v8::Undefined(isolate), argc, argv).ToLocal(&result);
  busy--;
  if (ok) return result;
  if (caught.HasCaught() && !caught.HasTerminated()) keep_error(caught.Exception());
  return {};
}

Result<> Database::open(Realm& js, std::string path, bool read_only, bool foreign_keys, bool double_quotes,
                        bool extensions, int32_t timeout, bool defensive) {
  if (db_ != nullptr) return invalid_state("database is already open");
  int flags = SQLITE_OPEN_URI | (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  auto give_up = [&] {
    Thrown thrown = fail(js);
    sqlite3_close_v2(db_);
    db_ = nullptr;
    return thrown;
  };
  if (sqlite3_open_v2(path.c_str(), &db_, flags, nullptr) != SQLITE_OK) return give_up();
  allows_extensions_ = extensions;
  const std::pair<int, bool> settings[] = {
      {SQLITE_DBCONFIG_DQS_DML, double_quotes},
      {SQLITE_DBCONFIG_DQS_DDL, double_quotes},
      {SQLITE_DBCONFIG_ENABLE_FKEY, foreign_keys},
      {SQLITE_DBCONFIG_DEFENSIVE, defensive},
      {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, extensions},
  };
  for (auto [setting, on] : settings) {
    if (sqlite3_db_config(db_, setting, static_cast<int>(on), nullptr) != SQLITE_OK) return give_up();
  }
  sqlite3_busy_timeout(db_, timeout);
  return Done{};
}

Result<> Database::close(Realm&) {
  if (db_ == nullptr) return invalid_state("database is not open");
  if (busy > 0) return invalid_state("database cannot be closed while a statement is executing");
  release();
  return Done{};
}

Result<bool> Database::in_transaction() {
  if (db_ == nullptr) return invalid_state("database is not open");
  return sqlite3_get_autocommit(db_) == 0;
}

Result<> Database::exec(Realm& js, std::string sql) {
  if (auto refused = refusal()) return *refused;
  busy++;
  int status = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  busy--;
  if (status != SQLITE_OK || !kept_error_.IsEmpty()) return fail(js);
  return Done{};
}

Result<v8::Local<v8::Value>> Database::prepare(Realm& js, std::string sql) {
  if (auto refused = refusal()) return *refused;
  sqlite3_stmt* statement = nullptr;
  int status = sqlite3_prepare_v2(db_, sql.c_str(), static_cast<int>(sql.size()), &statement, nullptr);
  if (status != SQLITE_OK || !kept_error_.IsEmpty()) {
    sqlite3_finalize(statement);
    return fail(js);
  }
  if (statement == nullptr) {
    return CodedError{ErrorType::TypeError, "ERR_INVALID_ARG_VALUE", "The SQL query contains no statements."};
  }
  v8::Local<v8::Object> object = instance_of<Statement>(js);
  new Statement(js, object, *this, statement);
  return v8::Local<v8::Value>(object);
}

Result<std::optional<std::string>> Database::location(std::string name) {
  if (db_ == nullptr) return invalid_state("database is not open");
  const char* path = sqlite3_db_filename(db_, name.c_str());
  if (path == nullptr || *path == '\0') return std::optional<std::string>();
  return std::optional<std::string>(path);
}

Result<int32_t> Database::limit(int32_t id, int32_t value) {
  if (db_ == nullptr) return invalid_state("database is not open");
  return sqlite3_limit(db_, id, value);
}

Result<> Database::enable_extensions(Realm& js, bool allow) {
  if (db_ == nullptr) return invalid_state("database is not open");
  if (allow && !allows_extensions_) {
    return invalid_state("Cannot enable extension loading because it was disabled at database creation.");
  }
  int status = sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, static_cast<int>(allow), nullptr);
  if (status != SQLITE_OK) return fail(js);
  return Done{};
}

Result<> Database::load_extension(Realm&, std::string path, std::optional<std::string> entry) {
  if (auto refused = refusal()) return *refused;
  if (current_permissions != nullptr && !current_permissions->audits()) {
    return CodedError{ErrorType::Error, "ERR_LOAD_SQLITE_EXTENSION",
                      "Cannot load SQLite extensions when the permission model is enabled"};
  }
  if (!allows_extensions_) return invalid_state("extension loading is not allowed");
  char* message = nullptr;
  int status = sqlite3_load_extension(db_, path.c_str(), entry ? entry->c_str() : nullptr, &message);
  if (status == SQLITE_OK) return Done{};
  std::string text = message ? message : sqlite3_errstr(status);
  sqlite3_free(message);
  return CodedError{ErrorType::Error, "ERR_LOAD_SQLITE_EXTENSION", text};
}

Result<> Database::set_defensive(Realm& js, bool active) {
  if (db_ == nullptr) return invalid_state("database is not open");
  int status = sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, static_cast<int>(active), nullptr);
  if (status != SQLITE_OK) return fail(js);
  return Done{};
}

Result<v8::Local<v8::Value>> Database::serialize(Realm& js, std::string name) {
  if (auto refused = refusal()) return *refused;
  sqlite3_int64 size = 0;
  unsigned char* data = sqlite3_serialize(db_, name.c_str(), &size, 0);
  if (data == nullptr) {
    if (size > 0 || sqlite3_db_readonly(db_, name.c_str()) < 0) return fail(js);
    return bytes_to_js(js, "", 0);
  }
  v8::Local<v8::Value> bytes = bytes_to_js(js, data, static_cast<size_t>(size));
  sqlite3_free(data);
  return bytes;
}

Result<> Database::deserialize(Realm& js, std::span<uint8_t> bytes, std::string name) {
  if (auto refused = refusal()) return *refused;
  if (busy > 0) return invalid_state("database cannot be replaced while a statement is executing");
  finalize_statements();
  auto* copy = static_cast<unsigned char*>(sqlite3_malloc64(bytes.size()));
  CHECK(copy != nullptr);
  std::memcpy(copy, bytes.data(), bytes.size());
  auto size = static_cast<sqlite3_int64>(bytes.size());
  // SQLite frees the copy, on failure too.
  int status = sqlite3_deserialize(db_, name.c_str(), copy, size, size,
                                   SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE);
  if (status != SQLITE_OK) return fail(js);
  return Done{};
}

int Database::authorize(void* data, int action, const char* a, const char* b, const char* c, const char* d) {
  auto* self = static_cast<Database*>(data);
  Realm& js = self->realm();
  v8::Isolate* isolate = js.isolate();
  v8::HandleScope handles(isolate);
  auto text = [&](const char* value) -> v8::Local<v8::Value> {
    if (value == nullptr) return v8::Null(isolate);
    return js.string(value);
  };
  v8::Local<v8::Value> argv[] = {to_js(js, static_cast<int32_t>(action)), text(a), text(b), text(c), text(d)};
  self->authorizing_++;
  v8::Local<v8::Value> result;
  bool ok = self->call(self->authorizer_.Get(isolate), 5, argv).ToLocal(&result);
  self->authorizing_--;
  if (!ok) return SQLITE_DENY;
  const char* problem = nullptr;
  if (!result->IsInt32()) {
    problem = "Authorizer callback must return an integer authorization code";
  } else {
    int code = result.As<v8::Int32>()->Value();
    if (code == SQLITE_OK || code == SQLITE_DENY || code == SQLITE_IGNORE) return code;
    problem = "Authorizer callback returned a invalid authorization code";
  }
  ErrorType type = result->IsInt32() ? ErrorType::RangeError : ErrorType::TypeError;
  const char* code = result->IsInt32() ? "ERR_OUT_OF_RANGE" : "ERR_INVALID_ARG_TYPE";
  self->keep_error(js.exception(CodedError{type, code, problem}));
  return SQLITE_DENY;
}

int Database::trace(unsigned, void* data, void* statement, void* detail) {
  auto* self = static_cast<Database*>(data);
  Realm& js = self->realm();
  if (!js.can_call_into_js() || self->tracer_.IsEmpty()) return 0;
  v8::HandleScope handles(js.isolate());
  auto* prepared = static_cast<sqlite3_stmt*>(statement);
  char* expanded = sqlite3_expanded_sql(prepared);
  v8::Local<v8::Value> argv[] = {js.string(expanded ? expanded : sqlite3_sql(prepared)),
                                 to_js(js, static_cast<double>(*static_cast<sqlite3_int64*>(detail)))};
  sqlite3_free(expanded);
  v8::Local<v8::Value> ignored;
  (void)self->call(self->tracer_.Get(js.isolate()), 2, argv).ToLocal(&ignored);
  return 0;
}

Result<> Database::set_trace(Realm& js, v8::Local<v8::Value> callback) {
  if (db_ == nullptr) return invalid_state("database is not open");
  if (callback->IsFunction()) {
    tracer_.Reset(js.isolate(), callback.As<v8::Function>());
    sqlite3_trace_v2(db_, SQLITE_TRACE_PROFILE, &trace, this);
  } else {
    sqlite3_trace_v2(db_, 0, nullptr, nullptr);
    tracer_.Reset();
  }
  return Done{};
}

Result<> Database::set_authorizer(Realm& js, v8::Local<v8::Value> callback) {
  if (auto refused = refusal()) return *refused;
  if (callback->IsFunction()) {
    authorizer_.Reset(js.isolate(), callback.As<v8::Function>());
    sqlite3_set_authorizer(db_, &authorize, this);
  } else {
    sqlite3_set_authorizer(db_, nullptr, nullptr);
    authorizer_.Reset();
  }
  return Done{};
}

}  // namespace gyre::sqlite
