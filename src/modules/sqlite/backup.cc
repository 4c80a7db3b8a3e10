#include "modules/sqlite/backup.h"

namespace gyre::sqlite {

Backup::Backup(Realm& js, v8::Local<v8::Object> object, Database* source)
    : Wrapped(js, object, kTag), source_(source), source_object_(js.isolate(), source->object()) {}

void Backup::finish() {
  if (backup_ != nullptr) sqlite3_backup_finish(backup_);
  if (target_ != nullptr) sqlite3_close_v2(target_);
  backup_ = nullptr;
  target_ = nullptr;
}

Thrown Backup::fail(Realm& js, int code) {
  js.isolate()->ThrowException(make_error(js, code, sqlite3_errmsg(target_)));
  finish();
  return Thrown{};
}

Result<> Backup::start(Realm& js, std::string path, std::string source, std::string target) {
  if (auto refused = source_->refusal()) return *refused;
  int status =
      sqlite3_open_v2(path.c_str(), &target_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI, nullptr);
  if (status != SQLITE_OK) return fail(js, sqlite3_extended_errcode(target_));
  backup_ = sqlite3_backup_init(target_, target.c_str(), source_->handle(), source.c_str());
  if (backup_ == nullptr) return fail(js, sqlite3_extended_errcode(target_));
  return Done{};
}

bool from_js(Realm& js, v8::Local<v8::Value> value, BackupReference& out) {
  Backup* backup = nullptr;
  if (!gyre::from_js(js, value, backup)) return false;
  out.handle = backup->handle();
  return true;
}

Result<int32_t> copy_pages(BackupReference backup, int32_t pages) {
  if (backup.handle == nullptr) return SQLITE_MISUSE;
  return sqlite3_backup_step(backup.handle, pages);
}

Result<bool> Backup::finish_step(Realm& js, int32_t status) {
  if (!source_->is_open()) {
    finish();
    return CodedError{ErrorType::Error, "ERR_INVALID_STATE", "database is not open"};
  }
  if (status == SQLITE_DONE) return true;
  if (status == SQLITE_OK || status == SQLITE_BUSY || status == SQLITE_LOCKED) return false;
  // What went wrong is known to the target once the backup is over.
  if (backup_ != nullptr) sqlite3_backup_finish(backup_);
  backup_ = nullptr;
  return fail(js, status);
}

}  // namespace gyre::sqlite
