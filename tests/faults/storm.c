// Preloaded into a program: interrupts each of its threads, a few thousand times a second, by a signal
// whose handler does not restart system calls. All that can fail with EINTR does.
#define _GNU_SOURCE
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static void on_signal(int signal) { (void)signal; }

static void* blow(void* unused) {
  (void)unused;
  const pid_t process = getpid(), self = (pid_t)syscall(SYS_gettid);
  for (;;) {
    DIR* threads = opendir("/proc/self/task");
    for (struct dirent* entry; threads && (entry = readdir(threads));) {
      const pid_t thread = atoi(entry->d_name);
      if (thread > 0 && thread != self) syscall(SYS_tgkill, process, thread, SIGURG);
    }
    if (threads) closedir(threads);
    usleep(150);
  }
  return NULL;
}

__attribute__((constructor)) static void begin(void) {
  unsetenv("LD_PRELOAD");  // not for the program's children
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGURG, &action, NULL);
  pthread_t thread;
  pthread_create(&thread, NULL, blow, NULL);
}
