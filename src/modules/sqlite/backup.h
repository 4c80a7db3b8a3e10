// A copy of a database in the making.
#pragma once

#include "modules/sqlite/database.h"

namespace gyre::sqlite {

class Backup final : public Wrapped {
 public:
  static constexpr ClassTag kTag{"Backup", nullptr};

  Backup(Realm& js, v8::Local<v8::Object> object, Database* source);
  ~Backup() override { finish(); }
  void dispose() override { finish(); }

  // Opens the file at `path` and begins to copy into its database `target`.
  Result<> start(Realm& js, std::string path, std::string source, std::string target);
  // Copies up to `pages` pages; whether that was all. Another connection's lock is waited for.
  Result<bool> step(Realm& js, int32_t pages);
  int32_t remaining() const { return backup_ ? sqlite3_backup_remaining(backup_) : 0; }
  int32_t total() const { return backup_ ? sqlite3_backup_pagecount(backup_) : 0; }
  void finish();

 private:
  Thrown fail(Realm& js, int code);

  Database* source_;
  v8::Global<v8::Object> source_object_;
  sqlite3* target_ = nullptr;
  sqlite3_backup* backup_ = nullptr;
};

}  // namespace gyre::sqlite
