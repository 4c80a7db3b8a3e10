#include "web/url/percent_encode.h"

namespace gyre::url {

void percent_encode(std::string_view input, const ByteSet& set, std::string& out) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  size_t clean_from = 0;
  for (size_t i = 0; i < input.size(); i++) {
    auto byte = static_cast<unsigned char>(input[i]);
    if (!set.contains(byte)) continue;
    out.append(input, clean_from, i - clean_from);
    out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    clean_from = i + 1;
  }
  out.append(input, clean_from, input.size() - clean_from);
}

std::string percent_decode(std::string_view input) {
  std::string out;
  out.reserve(input.size());
  for (size_t i = 0; i < input.size(); i++) {
    if (input[i] == '%' && i + 2 < input.size()) {
      int high = hex_value(input[i + 1]);
      int low = hex_value(input[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high << 4 | low);
        i += 2;
        continue;
      }
    }
    out += input[i];
  }
  return out;
}

}  // namespace gyre::url
