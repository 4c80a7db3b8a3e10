// A session, which records changes to a database.
#pragma once

#include "modules/sqlite/database.h"

namespace gyre::sqlite {

class Session final : public Wrapped {
 public:
  static constexpr ClassTag kTag{"Session", nullptr};

  Session(Realm& js, v8::Local<v8::Object> object, Database& database, sqlite3_session* session);
  ~Session() override;
  void dispose() override { release(); }
  // Ends the session; its database is closed or about to be.
  void release();

  Result<v8::Local<v8::Value>> changes(Realm& js, bool as_patch);
  Result<> close();
  bool is_open() const { return session_ != nullptr; }

 private:
  std::optional<CodedError> refusal() const;

  Database* database_;
  v8::Global<v8::Object> database_object_;
  sqlite3_session* session_;
};

}  // namespace gyre::sqlite
