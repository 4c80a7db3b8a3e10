// native('fs'): the functions of this room by their JavaScript names. Each exists as nameSync(...)
// and as name(..., callback), one job of the pool
// unless the kernel can answer at once.
#include "binding/binding.h"

#include "modules/fs/at_once.h"
#include "modules/fs/direct.h"
#include "modules/fs/directory.h"
#include "modules/fs/file.h"
#include "modules/fs/link.h"
#include "modules/fs/stat.h"
#include "modules/fs/watch.h"

namespace gyre::fs {

GYRE_MODULE(fs) {
  b.blocking<&access, &access_at_once>("access");
  b.blocking<&check_directory>("checkDirectory");
  b.blocking<&chmod>("chmod");
  b.blocking<&chown>("chown");
  b.blocking<&close, &close_at_once>("close");
  b.blocking<&close_raw, &close_raw_at_once>("closeRaw");
  b.blocking<&copy_file>("copyFile");
  b.blocking<&copy_times>("copyTimes");
  b.blocking<&exists, &exists_at_once>("exists");
  b.blocking<&fchmod>("fchmod");
  b.blocking<&fchown>("fchown");
  b.blocking<&fdatasync>("fdatasync");
  b.blocking<&fstat, &fstat_at_once>("fstat");
  b.blocking<&fsync>("fsync");
  b.blocking<&ftruncate>("ftruncate");
  b.blocking<&futimes>("futimes");
  b.blocking<&lchown>("lchown");
  b.blocking<&link>("link");
  b.blocking<&lstat, &lstat_at_once>("lstat");
  b.blocking<&lutimes>("lutimes");
  b.blocking<&mkdir>("mkdir");
  b.blocking<&mkdir_all>("mkdirAll");
  b.blocking<&mkdtemp, &mkdtemp_at_once>("mkdtemp");
  b.blocking<&open, &open_at_once>("open");
  b.blocking<&open_directory>("openDirectory");
  b.blocking<&open_raw, &open_raw_at_once>("openRaw");
  b.blocking<&read, &read_at_once>("read");
  b.blocking<&read_all>("readAll");
  b.blocking<&read_all_text>("readAllText");
  b.blocking<&read_directory>("readDirectory");
  b.blocking<&read_file, &read_file_at_once>("readFile");
  b.blocking<&read_text, &read_text_at_once>("readText");
  b.blocking<&readdir, &readdir_at_once>("readdir");
  b.blocking<&readdir_types, &readdir_types_at_once>("readdirTypes");
  b.blocking<&readlink>("readlink");
  b.blocking<&readv>("readv");
  b.blocking<&realpath>("realpath");
  b.blocking<&remove, &remove_at_once>("remove");
  b.blocking<&rename>("rename");
  b.blocking<&resolve_path>("resolvePath");
  b.blocking<&rmdir>("rmdir");
  b.blocking<&stat, &stat_at_once>("stat");
  b.blocking<&statfs>("statfs");
  b.blocking<&symlink>("symlink");
  b.blocking<&truncate>("truncate");
  b.blocking<&unlink>("unlink");
  b.blocking<&utimes>("utimes");
  b.blocking<&write, &write_at_once>("write");
  b.blocking<&write_all>("writeAll");
  b.blocking<&write_all_text>("writeAllText");
  b.blocking<&write_file, &write_file_at_once>("writeFile");
  b.blocking<&write_text>("writeText");
  b.blocking<&write_text_file, &write_text_file_at_once>("writeTextFile");
  b.blocking<&writev>("writev");
  b.function<&adopt>("adopt");
  b.function<&give_up>("giveUp");
  b.synchronous<&stat_now>("statNow");
  b.synchronous<&lstat_now>("lstatNow");
  b.synchronous<&fstat_now>("fstatNow");
  bind_direct(b);
  bind_watch(b);
}

}  // namespace gyre::fs
