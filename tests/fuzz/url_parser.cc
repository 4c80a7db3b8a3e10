// libFuzzer target for the URL parser. A serialized URL must parse to itself, whatever made it; a
// setter must leave a URL that does. Input: the URL, a newline, the base, a newline, the value of
// the attribute that the first byte selects.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "web/url/parser.h"

using gyre::url::Url;

namespace {

void require(bool condition) {
  if (!condition) abort();
}

void require_same(const Url& a, const Url& b) {
  require(a.href == b.href);
  require(a.protocol_end == b.protocol_end && a.username_end == b.username_end);
  require(a.host_start == b.host_start && a.host_end == b.host_end);
  require(a.path_start == b.path_start && a.search_start == b.search_start);
  require(a.hash_start == b.hash_start);
}

void check(const Url& url) {
  require(url.protocol_end <= url.username_end && url.username_end <= url.host_start);
  require(url.host_start <= url.host_end && url.host_end <= url.path_start);
  require(url.path_start <= url.search_start && url.search_start <= url.hash_start);
  require(url.hash_start <= url.href.size());
  auto again = gyre::url::parse(url.href);
  require(again.has_value());
  require_same(url, *again);
  // A tab keeps the fast path out: the state machine must say the same.
  auto slow = gyre::url::parse("\t" + url.href);
  require(slow.has_value());
  require_same(url, *slow);
}

std::string_view take_line(std::string_view& text) {
  size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  auto attribute = static_cast<gyre::url::Attribute>(data[0] % 9);
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string_view input = take_line(text);
  auto base = gyre::url::parse(take_line(text));
  auto url = gyre::url::parse(input, base ? &*base : nullptr);
  require(gyre::url::can_parse(input, base ? &*base : nullptr) == url.has_value());
  if (!url) return 0;
  check(*url);
  gyre::url::set_attribute(*url, attribute, text);
  check(*url);
  return 0;
}
