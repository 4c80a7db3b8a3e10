#include "modules/sqlite/session.h"

namespace gyre::sqlite {

Session::Session(Realm& js, v8::Local<v8::Object> object, Database& database, sqlite3_session* session)
    : Wrapped(js, object, kTag),
      database_(&database),
      database_object_(js.isolate(), database.object()),
      session_(session) {
  database.add(*this);
}

Session::~Session() {
  if (session_ != nullptr) database_->remove(*this);
  release();
}

void Session::release() {
  if (session_ == nullptr) return;
  sqlite3session_delete(session_);
  session_ = nullptr;
}

std::optional<CodedError> Session::refusal() const {
  // The database's object outlives the session, open or not.
  if (!database_->is_open()) return CodedError{ErrorType::Error, "ERR_INVALID_STATE", "database is not open"};
  if (session_ == nullptr) return CodedError{ErrorType::Error, "ERR_INVALID_STATE", "session is not open"};
  return std::nullopt;
}

Result<v8::Local<v8::Value>> Session::changes(Realm& js, bool as_patch) {
  if (auto refused = refusal()) return *refused;
  int size = 0;
  void* data = nullptr;
  int status =
      as_patch ? sqlite3session_patchset(session_, &size, &data) : sqlite3session_changeset(session_, &size, &data);
  if (status != SQLITE_OK) return database_->fail(js, status);
  v8::Local<v8::Value> bytes = bytes_to_js(js, data, static_cast<size_t>(size));
  sqlite3_free(data);
  return bytes;
}

Result<> Session::close() {
  if (auto refused = refusal()) return *refused;
  database_->remove(*this);
  release();
  return Done{};
}

Result<v8::Local<v8::Value>> Database::create_session(Realm& js, std::optional<std::string> table, std::string name) {
  if (auto refused = refusal()) return *refused;
  sqlite3_session* session = nullptr;
  int status = sqlite3session_create(db_, name.c_str(), &session);
  if (status != SQLITE_OK) return fail(js, status);
  status = sqlite3session_attach(session, table ? table->c_str() : nullptr);
  if (status != SQLITE_OK) {
    sqlite3session_delete(session);
    return fail(js, status);
  }
  v8::Local<v8::Object> object = instance_of<Session>(js);
  new Session(js, object, *this, session);
  return v8::Local<v8::Value>(object);
}

namespace {

// What the callbacks of sqlite3changeset_apply need.
struct Application {
  Database& database;
  v8::Local<v8::Value> filter;
  v8::Local<v8::Value> on_conflict;

  static int filter_table(void* data, const char* table) {
    auto* self = static_cast<Application*>(data);
    Realm& js = self->database.realm();
    v8::HandleScope handles(js.isolate());
    v8::Local<v8::Value> argv[] = {js.string(table)};
    v8::Local<v8::Value> result;
    if (!self->database.call(self->filter.As<v8::Function>(), 1, argv).ToLocal(&result)) return 0;
    return result->BooleanValue(js.isolate());
  }

  static int resolve(void* data, int kind, sqlite3_changeset_iter*) {
    auto* self = static_cast<Application*>(data);
    if (!self->on_conflict->IsFunction()) return SQLITE_CHANGESET_ABORT;
    Realm& js = self->database.realm();
    v8::HandleScope handles(js.isolate());
    v8::Local<v8::Value> argv[] = {to_js(js, static_cast<int32_t>(kind))};
    v8::Local<v8::Value> result;
    // No constant: SQLite calls what it does not know a misuse, and rolls back.
    constexpr int kInvalid = -1;
    if (!self->database.call(self->on_conflict.As<v8::Function>(), 1, argv).ToLocal(&result)) {
      return SQLITE_CHANGESET_ABORT;
    }
    return result->IsInt32() ? result.As<v8::Int32>()->Value() : kInvalid;
  }
};

}  // namespace

Result<bool> Database::apply_changeset(Realm& js, std::span<uint8_t> changeset, v8::Local<v8::Value> filter,
                                       v8::Local<v8::Value> on_conflict) {
  if (auto refused = refusal()) return *refused;
  Application application{*this, filter, on_conflict};
  busy++;
  int status = sqlite3changeset_apply(db_, static_cast<int>(changeset.size()), changeset.data(),
                                      filter->IsFunction() ? &Application::filter_table : nullptr,
                                      &Application::resolve, &application);
  busy--;
  if (!kept_error_.IsEmpty()) return fail(js, status);
  if (status == SQLITE_OK) return true;
  if (status == SQLITE_ABORT) return false;
  return fail(js, status);
}

}  // namespace gyre::sqlite
