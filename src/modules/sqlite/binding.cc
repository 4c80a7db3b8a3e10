#include "modules/sqlite/backup.h"
#include "modules/sqlite/database.h"
#include "modules/sqlite/session.h"
#include "modules/sqlite/statement.h"

namespace gyre::sqlite {

GYRE_MODULE(sqlite) {
  b.class_<Database>("Database")
      .constructor<>()
      .method<&Database::open>("open")
      .method<&Database::close>("close")
      .method<&Database::is_open>("isOpen")
      .method<&Database::in_transaction>("inTransaction")
      .method<&Database::exec>("exec")
      .method<&Database::prepare>("prepare")
      .method<&Database::location>("location")
      .method<&Database::limit>("limit")
      .method<&Database::enable_extensions>("enableLoadExtension")
      .method<&Database::load_extension>("loadExtension")
      .method<&Database::set_defensive>("enableDefensive")
      .method<&Database::serialize>("serialize")
      .method<&Database::deserialize>("deserialize")
      .method<&Database::create_function>("createFunction")
      .method<&Database::create_aggregate>("createAggregate")
      .method<&Database::set_authorizer>("setAuthorizer")
      .method<&Database::set_trace>("setTrace")
      .method<&Database::create_session>("createSession")
      .method<&Database::apply_changeset>("applyChangeset");
  b.class_<Statement>("Statement")
      .raw_method<&Statement::all>("all")
      .raw_method<&Statement::get>("get")
      .raw_method<&Statement::run>("run")
      .raw_method<&Statement::start>("start")
      .method<&Statement::next>("next")
      .method<&Statement::stop>("stop")
      .method<&Statement::columns>("columns")
      .method<&Statement::source_sql>("sourceSQL")
      .method<&Statement::expanded_sql>("expandedSQL")
      .method<&Statement::set_option>("setOption")
      .method<&Statement::close>("close")
      .method<&Statement::is_finalized>("isFinalized");
  b.class_<Session>("Session")
      .method<&Session::changes>("changes")
      .method<&Session::close>("close")
      .method<&Session::is_open>("isOpen");
  b.class_<Backup>("Backup")
      .constructor<Database*>()
      .method<&Backup::start>("start")
      .method<&Backup::finish_step>("finishStep")
      .method<&Backup::remaining>("remaining")
      .method<&Backup::total>("total")
      .method<&Backup::finish>("finish");
  b.provider("SQLITEBACKUP");
  b.blocking<&copy_pages>("copyPages");
  b.constant("DETERMINISTIC", SQLITE_DETERMINISTIC);
  b.constant("DIRECTONLY", SQLITE_DIRECTONLY);
}

}  // namespace gyre::sqlite
