// A copy of a database in the making.
#pragma once

#include "modules/sqlite/database.h"

namespace gyre::sqlite {

class Backup final : public Wrapped {
 public:
  static constexpr ClassTag kTag{"Backup", nullptr};

  Backup(Realm& js, v8::Local<v8::Object> object, Database* source);
  ~Backup() override { finish(); }

  // Opens the file at `path` and begins to copy into its database `target`.
  Result<> start(Realm& js, std::string path, std::string source, std::string target);
  // After a step: whether that was all. False when there is more to do, or when another connection
  // holds a lock.
  Result<bool> finish_step(Realm& js, int32_t status);
  int32_t remaining() const { return backup_ ? sqlite3_backup_remaining(backup_) : 0; }
  int32_t total() const { return backup_ ? sqlite3_backup_pagecount(backup_) : 0; }
  void finish();
  sqlite3_backup* handle() const { return backup_; }

 private:
  Thrown fail(Realm& js, int code);

  Database* source_;
  v8::Global<v8::Object> source_object_;
  sqlite3* target_ = nullptr;
  sqlite3_backup* backup_ = nullptr;
};

// A backup for a job of the thread pool; its JavaScript object has to live as long.
struct BackupReference {
  sqlite3_backup* handle = nullptr;
};
bool from_js(Realm& js, v8::Local<v8::Value> value, BackupReference& out);

// Copies up to `pages` pages: SQLite's status. SQLite locks what the main thread may use meanwhile.
Result<int32_t> copy_pages(BackupReference backup, int32_t pages);

}  // namespace gyre::sqlite
