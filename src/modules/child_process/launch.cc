#include "modules/child_process/launch.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace gyre::child_process {

namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

// Where a program without a slash in its name may be: in the PATH that it will see itself.
std::vector<std::string> places(const SpawnOptions& options) {
  const std::string& file = options.file;
  if (file.empty()) return {};
  if (file.find('/') != std::string::npos) return {file};
  std::string_view path = "/bin:/usr/bin";
  for (const std::string& pair : options.env) {
    if (pair.starts_with("PATH=")) path = std::string_view(pair).substr(5);
  }
  std::vector<std::string> result;
  for (size_t at = 0; at <= path.size();) {
    const size_t end = std::min(path.find(':', at), path.size());
    const std::string_view folder = path.substr(at, end - at);
    result.push_back(folder.empty() ? file : std::string(folder) + '/' + file);
    at = end + 1;
  }
  return result;
}

// What the child works with, all made beforehand: it runs on this thread's stack and in this process's
// memory, where it may do nothing but system calls.
class Child {
 public:
  Child(const SpawnOptions& options, std::vector<int> descriptors)
      : options_(options),
        descriptors_(std::move(descriptors)),
        places_(places(options)),
        args_(pointers(options.args)),
        env_(pointers(options.env)) {
    shell_args_.push_back(const_cast<char*>("/bin/sh"));
    shell_args_.push_back(nullptr);
    if (args_.size() > 1)
      shell_args_.insert(shell_args_.end(), args_.begin() + 1, args_.end());
    else
      shell_args_.push_back(nullptr);
  }

  // The pid, or a negative errno.
  int start() {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = ::vfork();
    if (pid == 0) run();
    const int failed = pid == -1 ? errno : error_;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (failed == 0) return pid;
    if (pid != -1) {
      while (::waitpid(pid, nullptr, 0) == -1 && errno == EINTR) {
      }
    }
    return -failed;
  }

 private:
  [[noreturn]] void run() {
    const bool ready = reset_signals() && connect() && enter() && change_user();
    if (ready) {
      sigset_t none;
      sigemptyset(&none);
      ::sigprocmask(SIG_SETMASK, &none, nullptr);
      execute();
    }
    error_ = errno == 0 ? EINVAL : errno;
    ::_exit(127);
  }

  bool reset_signals() {
    if (options_.flags & UV_PROCESS_DETACHED) ::setsid();
    for (int number = 1; number < NSIG; number++) ::signal(number, SIG_DFL);
    return true;
  }

  // Descriptors come to their places from the lowest up: what is still needed from a lower place moves away first.
  bool connect() {
    const int count = static_cast<int>(descriptors_.size());
    for (int i = 0; i < count; i++) {
      int& from = descriptors_[i];
      if (from < 0 || from >= i) continue;
      from = ::fcntl(from, F_DUPFD_CLOEXEC, count);
      if (from == -1) return false;
    }
    for (int i = 0; i < count; i++) {
      int from = descriptors_[i];
      const bool is_null = from < 0;
      if (is_null) {
        if (i > 2) continue;
        from = ::open("/dev/null", (i == 0 ? O_RDONLY : O_RDWR) | O_CLOEXEC);
        if (from == -1) return false;
      }
      if (from == i ? ::fcntl(i, F_SETFD, 0) == -1 : ::dup2(from, i) == -1) return false;
      if (is_null && from != i) ::close(from);
      // Programs expect standard streams that block.
      if (!is_null && i <= 2) {
        const int flags = ::fcntl(i, F_GETFL);
        if (flags & O_NONBLOCK) ::fcntl(i, F_SETFL, flags & ~O_NONBLOCK);
      }
    }
    return true;
  }

  bool enter() { return !options_.cwd || ::chdir(options_.cwd->c_str()) == 0; }

  // The system calls themselves: the library's functions would change the threads of this process too.
  bool change_user() {
    const bool has_gid = options_.flags & UV_PROCESS_SETGID;
    const bool has_uid = options_.flags & UV_PROCESS_SETUID;
    if (has_gid || has_uid) ::syscall(SYS_setgroups, 0, nullptr);  // may be forbidden to who has none
    return (!has_gid || ::syscall(SYS_setgid, options_.gid) == 0) &&
           (!has_uid || ::syscall(SYS_setuid, options_.uid) == 0);
  }

  // Like execvp(3): a file that may not be executed is remembered, one that is no program is a shell's.
  void execute() {
    bool denied = false;
    errno = ENOENT;
    for (const std::string& place : places_) {
      ::execve(place.c_str(), args_.data(), env_.data());
      if (errno == ENOEXEC) {
        shell_args_[1] = const_cast<char*>(place.c_str());
        ::execve(shell_args_[0], shell_args_.data(), env_.data());
      }
      if (errno == EACCES)
        denied = true;
      else if (errno != ENOENT && errno != ENOTDIR && errno != ESTALE && errno != ENODEV && errno != ETIMEDOUT)
        return;
    }
    if (denied) errno = EACCES;
  }

  const SpawnOptions& options_;
  std::vector<int> descriptors_;
  const std::vector<std::string> places_;
  std::vector<char*> args_;
  std::vector<char*> env_;
  std::vector<char*> shell_args_;
  volatile int error_ = 0;
};

}  // namespace

int launch(const SpawnOptions& options, std::vector<int>& ends) {
  std::vector<int> theirs;
  std::vector<int> to_close;
  int error = 0;
  for (const Stdio& stdio : options.stdio) {
    int pair[2] = {-1, stdio.kind == Stdio::kFd ? stdio.fd : -1};
    if (stdio.kind == Stdio::kPipe && error == 0) {
      error = uv_socketpair(SOCK_STREAM, 0, pair, 0, 0);
      if (error == 0) to_close.push_back(pair[1]);
    }
    ends.push_back(pair[0]);
    theirs.push_back(pair[1]);
  }
  int result = error;
  if (error == 0) {
    Child child(options, std::move(theirs));
    result = child.start();
  } else {
    for (const int end : ends) {
      if (end != -1) ::close(end);
    }
    ends.clear();
  }
  for (const int end : to_close) ::close(end);
  return result;
}

bool has_ended(int pid, Exit& out, WaitFor what) {
  int status;
  pid_t found;
  do {
    found = ::waitpid(pid, &status, what == WaitFor::End ? 0 : WNOHANG);
  } while (found == -1 && errno == EINTR);
  if (found != pid) return false;
  if (WIFEXITED(status)) out.status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) out.signal = WTERMSIG(status);
  return true;
}

}  // namespace gyre::child_process
