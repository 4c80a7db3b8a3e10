#include "cli/help.h"

#include <cstdio>
#include <string>

#include "runtime/options.h"
#include "v8.h"

namespace gyre {

void print_help() {
  std::puts(
      "Usage: gyre [options] [ script.js ] [arguments]\n"
      "       gyre [options] -e \"code\" [arguments]\n"
      "\n"
      "Gyre runs what Node.js 24 runs: its options are Node's (https://nodejs.org/api/cli.html).\n"
      "\n"
      "Options:\n"
      "  -                            script read from standard input\n"
      "  --                           the end of the options");
  for (const OptionSpec& option : option_table()) {
    std::string left = "  ";
    if (*option.shorthand) left += std::string(option.shorthand) + ", ";
    left += option.name;
    switch (option.kind) {
      case OptionKind::Text: left += "=..."; break;
      case OptionKind::Number: left += "=number"; break;
      case OptionKind::List: left += "=... (may be repeated)"; break;
      case OptionKind::Flag:
      case OptionKind::Engine: break;
    }
    if (option.support == OptionSupport::Missing) left += "  (not supported yet)";
    if (std::string_view(option.initial) == "1")
      left += "  (on; --no-" + std::string(option.name + 2) + " turns it off)";
    std::puts(left.c_str());
  }
  std::puts(
      "\n"
      "Environment variables: NODE_OPTIONS, NODE_PATH, NODE_NO_WARNINGS, NODE_DEBUG, UV_THREADPOOL_SIZE and the "
      "others\n"
      "of Node's documentation.");
}

void print_bash_completion() {
  std::string words;
  for (const OptionSpec& option : option_table()) {
    if (option.support == OptionSupport::Missing) continue;
    if (!words.empty()) words += ' ';
    words += option.name;
    if (*option.shorthand) words += std::string(" ") + option.shorthand;
  }
  std::printf(
      "_node_complete() {\n"
      "  local cur_word options\n"
      "  cur_word=\"${COMP_WORDS[COMP_CWORD]}\"\n"
      "  if [[ \"${cur_word}\" == -* ]] ; then\n"
      "    COMPREPLY=( $(compgen -W '%s' -- \"${cur_word}\") )\n"
      "    return 0\n"
      "  else\n"
      "    COMPREPLY=( $(compgen -f \"${cur_word}\") )\n"
      "    return 0\n"
      "  fi\n"
      "}\n"
      "complete -o filenames -o nospace -o bashdefault -F _node_complete node node_g\n"
      "complete -o filenames -o nospace -o bashdefault -F _node_complete gyre\n",
      words.c_str());
}

void print_engine_options() { v8::V8::SetFlagsFromString("--help"); }

}  // namespace gyre
