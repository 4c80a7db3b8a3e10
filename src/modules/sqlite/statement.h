// A prepared statement.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "modules/sqlite/database.h"

namespace gyre::sqlite {

class Statement final : public Wrapped {
 public:
  static constexpr ClassTag kTag{"Statement", nullptr};

  Statement(Realm& js, v8::Local<v8::Object> object, Database& database, sqlite3_stmt* statement);
  ~Statement() override;
  void dispose() override { finalize(); }
  void finalize();
  Result<> close();
  bool is_finalized() const { return statement_ == nullptr; }

  // Each takes the parameters: an object of named ones first, if there is one, then the others.
  void all(const v8::FunctionCallbackInfo<v8::Value>& info);
  void get(const v8::FunctionCallbackInfo<v8::Value>& info);
  void run(const v8::FunctionCallbackInfo<v8::Value>& info);
  // Begins an iteration; the number that next() needs to tell whether it is still the current one.
  void start(const v8::FunctionCallbackInfo<v8::Value>& info);
  // The next row, or undefined at the end.
  Result<v8::Local<v8::Value>> next(Realm& js, double iteration);
  Result<> stop(double iteration);

  Result<v8::Local<v8::Value>> columns(Realm& js);
  Result<std::string> source_sql();
  Result<std::string> expanded_sql();

  Result<> set_option(std::string name, bool enabled);

 private:
  // Statements run one at a time: a function that a statement calls cannot run it again.
  class Execution;

  std::optional<CodedError> refusal() const;
  bool begin(const v8::FunctionCallbackInfo<v8::Value>& info);
  bool bind(const v8::FunctionCallbackInfo<v8::Value>& info);
  bool bind_named(v8::Local<v8::Object> parameters);
  // SQLITE_ROW, SQLITE_DONE, or kThrown.
  int step();
  v8::MaybeLocal<v8::Value> row();
  bool find_bare_names();
  // The names of the columns as property keys.
  const std::vector<v8::Global<v8::Name>>& column_names();

  Database* database_;
  v8::Global<v8::Object> database_object_;
  sqlite3_stmt* statement_;
  std::map<std::string, std::string> bare_names_;
  bool knows_bare_names_ = false;
  std::vector<v8::Global<v8::Name>> column_names_;
  // How often SQLite had compiled the statement anew when the names were read.
  int names_version_ = -1;
  double iteration_ = 0;
  bool executing_ = false;
  bool read_bigints_ = false;
  bool return_arrays_ = false;
  bool allow_bare_ = true;
  bool allow_unknown_ = false;
};

}  // namespace gyre::sqlite
