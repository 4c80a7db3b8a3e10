#include "modules/sqlite/statement.h"

namespace gyre::sqlite {

namespace {

CodedError invalid_state(std::string message) {
  return CodedError{ErrorType::Error, "ERR_INVALID_STATE", std::move(message)};
}

v8::Local<v8::Value> text_or_null(Realm& js, const char* text) {
  if (text == nullptr) return v8::Null(js.isolate());
  return js.string(text);
}

}  // namespace

class Statement::Execution {
 public:
  explicit Execution(Statement& statement) : statement_(statement) {
    statement_.executing_ = true;
    statement_.database_->busy++;
  }
  ~Execution() {
    statement_.executing_ = false;
    statement_.database_->busy--;
  }

 private:
  Statement& statement_;
};

Statement::Statement(Realm& js, v8::Local<v8::Object> object, Database& database, sqlite3_stmt* statement)
    : Wrapped(js, object, kTag),
      database_(&database),
      database_object_(js.isolate(), database.object()),
      statement_(statement) {
  database.add(*this);
}

Statement::~Statement() {
  if (statement_ != nullptr) database_->remove(*this);
  finalize();
}

void Statement::finalize() {
  if (statement_ == nullptr) return;
  sqlite3_finalize(statement_);
  statement_ = nullptr;
  database_object_.Reset();
}

Result<> Statement::close() {
  if (statement_ == nullptr) return invalid_state("statement has been finalized");
  if (executing_) return invalid_state("statement is currently being executed");
  database_->remove(*this);
  finalize();
  return Done{};
}

std::optional<CodedError> Statement::refusal() const {
  if (statement_ == nullptr) return invalid_state("statement has been finalized");
  if (auto refused = database_->refusal()) return refused;
  if (executing_) return invalid_state("statement is currently being executed");
  return std::nullopt;
}

bool Statement::begin(const v8::FunctionCallbackInfo<v8::Value>& info) {
  if (auto refused = refusal()) {
    realm().throw_error(*refused);
    return false;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  iteration_++;
  return bind(info);
}

bool Statement::bind(const v8::FunctionCallbackInfo<v8::Value>& info) {
  int first = 0;
  if (info.Length() > 0 && info[0]->IsObject() && !is_bytes(info[0])) {
    if (!bind_named(info[0].As<v8::Object>())) return false;
    first = 1;
  }
  int index = 1;
  for (int i = first; i < info.Length(); i++) {
    // Parameters with names have been bound by these.
    while (sqlite3_bind_parameter_name(statement_, index) != nullptr &&
           sqlite3_bind_parameter_name(statement_, index)[0] != '?') {
      index++;
    }
    int status = bind_value(realm(), statement_, index, info[i]);
    if (status == kThrown) return false;
    if (status != SQLITE_OK) {
      database_->fail(realm());
      return false;
    }
    index++;
  }
  return true;
}

bool Statement::find_bare_names() {
  if (knows_bare_names_) return true;
  knows_bare_names_ = true;
  bare_names_.clear();
  int count = sqlite3_bind_parameter_count(statement_);
  for (int i = 1; i <= count; i++) {
    const char* full = sqlite3_bind_parameter_name(statement_, i);
    if (full == nullptr) continue;
    auto [at, is_new] = bare_names_.emplace(full + 1, full);
    if (is_new || at->second == full) continue;
    knows_bare_names_ = false;
    realm().throw_error(invalid_state("Cannot create bare named parameter '" + at->first +
                                      "' because of conflicting names '" + at->second + "' and '" + full + "'."));
    return false;
  }
  return true;
}

bool Statement::bind_named(v8::Local<v8::Object> parameters) {
  v8::Local<v8::Context> context = realm().context();
  if (allow_bare_ && !find_bare_names()) return false;
  v8::Local<v8::Array> keys;
  if (!parameters->GetOwnPropertyNames(context).ToLocal(&keys)) return false;
  for (uint32_t i = 0; i < keys->Length(); i++) {
    v8::Local<v8::Value> key;
    v8::Local<v8::Value> value;
    v8::Local<v8::String> name;
    if (!keys->Get(context, i).ToLocal(&key) || !key->ToString(context).ToLocal(&name)) return false;
    std::string text = utf8(realm(), name);
    int index = sqlite3_bind_parameter_index(statement_, text.c_str());
    if (index == 0 && allow_bare_) {
      auto at = bare_names_.find(text);
      if (at != bare_names_.end()) index = sqlite3_bind_parameter_index(statement_, at->second.c_str());
    }
    if (index == 0) {
      if (allow_unknown_) continue;
      realm().throw_error(invalid_state("Unknown named parameter '" + text + "'"));
      return false;
    }
    if (!parameters->Get(context, key).ToLocal(&value)) return false;
    int status = bind_value(realm(), statement_, index, value);
    if (status == kThrown) return false;
    if (status != SQLITE_OK) {
      database_->fail(realm());
      return false;
    }
  }
  return true;
}

int Statement::step() {
  int status;
  {
    Execution execution(*this);
    status = sqlite3_step(statement_);
  }
  if (status == SQLITE_ROW || status == SQLITE_DONE) return status;
  database_->fail(realm());
  return kThrown;
}

const std::vector<v8::Global<v8::Name>>& Statement::column_names() {
  // A change of the schema can change what '*' means.
  int version = sqlite3_stmt_status(statement_, SQLITE_STMTSTATUS_REPREPARE, 0);
  if (version == names_version_) return column_names_;
  names_version_ = version;
  column_names_.clear();
  int count = sqlite3_column_count(statement_);
  for (int i = 0; i < count; i++) {
    column_names_.emplace_back(realm().isolate(), realm().name(sqlite3_column_name(statement_, i)));
  }
  return column_names_;
}

v8::MaybeLocal<v8::Value> Statement::row() {
  v8::Isolate* isolate = realm().isolate();
  int count = sqlite3_column_count(statement_);
  v8::LocalVector<v8::Value> values(isolate);
  values.reserve(count);
  for (int i = 0; i < count; i++) {
    v8::Local<v8::Value> value;
    if (!column_to_js(realm(), statement_, i, read_bigints_).ToLocal(&value)) return {};
    values.push_back(value);
  }
  if (return_arrays_) return v8::Array::New(isolate, values.data(), values.size());
  v8::LocalVector<v8::Name> names(isolate);
  names.reserve(count);
  for (const auto& name : column_names()) names.push_back(name.Get(isolate));
  return v8::Object::New(isolate, v8::Null(isolate), names.data(), values.data(), values.size());
}

void Statement::all(const v8::FunctionCallbackInfo<v8::Value>& info) {
  if (!begin(info)) return;
  v8::Isolate* isolate = realm().isolate();
  v8::LocalVector<v8::Value> rows(isolate);
  int status;
  while ((status = step()) == SQLITE_ROW) {
    v8::Local<v8::Value> one;
    if (!row().ToLocal(&one)) {
      sqlite3_reset(statement_);
      return;
    }
    rows.push_back(one);
  }
  sqlite3_reset(statement_);
  if (status == SQLITE_DONE) info.GetReturnValue().Set(v8::Array::New(isolate, rows.data(), rows.size()));
}

void Statement::get(const v8::FunctionCallbackInfo<v8::Value>& info) {
  if (!begin(info)) return;
  int status = step();
  v8::Local<v8::Value> one;
  if (status == SQLITE_ROW && sqlite3_column_count(statement_) > 0 && row().ToLocal(&one)) {
    info.GetReturnValue().Set(one);
  }
  sqlite3_reset(statement_);
}

void Statement::run(const v8::FunctionCallbackInfo<v8::Value>& info) {
  if (!begin(info)) return;
  int status;
  while ((status = step()) == SQLITE_ROW) {
  }
  sqlite3_reset(statement_);
  if (status != SQLITE_DONE) return;
  v8::Isolate* isolate = realm().isolate();
  auto number = [&](int64_t value) -> v8::Local<v8::Value> {
    if (read_bigints_) return v8::BigInt::New(isolate, value);
    return v8::Number::New(isolate, static_cast<double>(value));
  };
  v8::Local<v8::Object> result = v8::Object::New(isolate);
  realm().set(result, "changes", number(sqlite3_changes64(database_->handle())));
  realm().set(result, "lastInsertRowid", number(sqlite3_last_insert_rowid(database_->handle())));
  info.GetReturnValue().Set(result);
}

void Statement::start(const v8::FunctionCallbackInfo<v8::Value>& info) {
  if (begin(info)) info.GetReturnValue().Set(iteration_);
}

Result<v8::Local<v8::Value>> Statement::next(Realm& js, double iteration) {
  if (auto refused = refusal()) return *refused;
  if (iteration != iteration_) return invalid_state("iterator was invalidated");
  int status = step();
  if (status == kThrown) {
    sqlite3_reset(statement_);
    return Thrown{};
  }
  v8::Local<v8::Value> one = v8::Undefined(js.isolate());
  if (status == SQLITE_ROW) {
    if (!row().ToLocal(&one)) return Thrown{};
  } else {
    sqlite3_reset(statement_);
  }
  return one;
}

Result<> Statement::stop(double iteration) {
  if (auto refused = refusal()) return *refused;
  if (iteration == iteration_) sqlite3_reset(statement_);
  return Done{};
}

Result<v8::Local<v8::Value>> Statement::columns(Realm& js) {
  if (statement_ == nullptr) return invalid_state("statement has been finalized");
  v8::Isolate* isolate = js.isolate();
  v8::LocalVector<v8::Value> columns(isolate);
  int count = sqlite3_column_count(statement_);
  for (int i = 0; i < count; i++) {
    v8::Local<v8::Object> column = v8::Object::New(isolate, v8::Null(isolate), nullptr, nullptr, 0);
    js.set(column, "column", text_or_null(js, sqlite3_column_origin_name(statement_, i)));
    js.set(column, "database", text_or_null(js, sqlite3_column_database_name(statement_, i)));
    js.set(column, "name", text_or_null(js, sqlite3_column_name(statement_, i)));
    js.set(column, "table", text_or_null(js, sqlite3_column_table_name(statement_, i)));
    js.set(column, "type", text_or_null(js, sqlite3_column_decltype(statement_, i)));
    columns.push_back(column);
  }
  return v8::Local<v8::Value>(v8::Array::New(isolate, columns.data(), columns.size()));
}

Result<std::string> Statement::source_sql() {
  if (statement_ == nullptr) return invalid_state("statement has been finalized");
  return std::string(sqlite3_sql(statement_));
}

Result<std::string> Statement::expanded_sql() {
  if (statement_ == nullptr) return invalid_state("statement has been finalized");
  char* text = sqlite3_expanded_sql(statement_);
  if (text == nullptr) return invalid_state("Expanded SQL text would exceed configured limits");
  std::string sql = text;
  sqlite3_free(text);
  return sql;
}

Result<> Statement::set_option(std::string name, bool enabled) {
  if (statement_ == nullptr) return invalid_state("statement has been finalized");
  if (name == "readBigInts") read_bigints_ = enabled;
  if (name == "returnArrays") return_arrays_ = enabled;
  if (name == "allowBareNamedParameters") allow_bare_ = enabled;
  if (name == "allowUnknownNamedParameters") allow_unknown_ = enabled;
  return Done{};
}

}  // namespace gyre::sqlite
