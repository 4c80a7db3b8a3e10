// https://www.rfc-editor.org/rfc/rfc1951
#include "modules/zlib/repetition.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <queue>
#include <utility>
#include <vector>

#include "modules/buffer/vector.h"

namespace gyre::zlib {
namespace {

namespace vector = buffer::vector;

constexpr size_t kWindow = 32768;
constexpr size_t kMostLength = 258;
constexpr size_t kLeastLength = 3;

// Shorter repetitions are no reason to be here.
constexpr size_t kLeastRepetition = 32;
// In a repetition, every so manyth place is remembered, for others to repeat.
constexpr size_t kRememberEvery = 64;
constexpr size_t kTableBits = 12;

// Bytes as they are, and then a repetition of what lies `distance` back.
struct Step {
  size_t literals;
  size_t length;
  size_t distance;
};

uint64_t load(const uint8_t* at) { return vector::load<uint64_t>(at); }

size_t hash(uint64_t word) { return word * 0x9e3779b97f4a7c15 >> (64 - kTableBits); }

// How far the bytes from `at` on are those `distance` before.
size_t repetition_length(std::span<const uint8_t> input, size_t at, size_t distance) {
  const uint8_t* bytes = input.data();
  size_t i = at;
  constexpr size_t kStep = 4 * vector::kBlock;
  for (; i + kStep <= input.size(); i += kStep) {
    vector::Block difference{};
    for (size_t k = i; k < i + kStep; k += vector::kBlock) {
      difference |= vector::load(bytes + k) ^ vector::load(bytes + k - distance);
    }
    if (vector::any(difference)) break;
  }
  while (i < input.size() && bytes[i] == bytes[i - distance]) i++;
  return i - at;
}

// Nothing where the input has too much that is new.
std::optional<std::vector<Step>> find_steps(std::span<const uint8_t> input) {
  if (input.size() >= std::numeric_limits<uint32_t>::max()) return std::nullopt;
  // One more than the place where a word was last seen.
  std::array<uint32_t, size_t{1} << kTableBits> seen{};
  std::vector<Step> steps;
  size_t literals = 0;
  size_t began = 0;
  size_t at = 0;
  while (at + sizeof(uint64_t) <= input.size()) {
    const uint64_t word = load(input.data() + at);
    const size_t before = std::exchange(seen[hash(word)], static_cast<uint32_t>(at + 1));
    const size_t distance = at + 1 - before;
    const size_t length = before > 0 && distance <= kWindow && load(input.data() + before - 1) == word
                              ? repetition_length(input, at, distance)
                              : 0;
    if (length >= kLeastRepetition) {
      steps.push_back({at - began, length, distance});
      const size_t end = at + length;
      if (length > kWindow) at = end - kWindow;
      for (; at + kRememberEvery <= end; at += kRememberEvery) {
        seen[hash(load(input.data() + at))] = static_cast<uint32_t>(at + 1);
      }
      at = began = end;
    } else {
      literals++;
      at++;
    }
    constexpr size_t kAtFirst = 128;
    constexpr size_t kShare = 256;
    if (literals + 2 * steps.size() > kAtFirst + at / kShare) return std::nullopt;
  }
  if (steps.empty()) return std::nullopt;
  steps.push_back({input.size() - began, 0, 0});
  return steps;
}

// A symbol for a range of numbers, and the bits that tell which of them.
struct Ranged {
  size_t symbol;
  size_t extra;
  size_t extra_bits;
};

// The ranges are those of powers of two in equal parts: `part_bits` for each power.
Ranged ranged(size_t offset, size_t part_bits) {
  const size_t parts = size_t{1} << part_bits;
  if (offset < 2 * parts) return {offset, 0, 0};
  const size_t bits = std::bit_width(offset) - 1 - part_bits;
  return {(bits << part_bits) + (offset >> bits), offset & ((size_t{1} << bits) - 1), bits};
}

constexpr size_t kEnd = 256;
constexpr size_t kMostBits = 15;

Ranged length_symbol(size_t length) {
  if (length == kMostLength) return {285, 0, 0};
  Ranged result = ranged(length - kLeastLength, 2);
  result.symbol += 257;
  return result;
}

Ranged distance_symbol(size_t distance) { return ranged(distance - 1, 1); }

// Calls use(length, count) for the pieces of a repetition, which must have three bytes each.
template <typename Use>
void for_each_piece(size_t length, Use use) {
  size_t whole = length / kMostLength;
  size_t rest = length % kMostLength;
  if (rest > 0 && rest < kLeastLength) {
    whole--;
    use(kMostLength + rest - kLeastLength, 1);
    rest = kLeastLength;
  }
  if (whole > 0) use(kMostLength, whole);
  if (rest > 0) use(rest, 1);
}

// A prefix code: the shorter, the more often.
class Code {
 public:
  Code(std::vector<size_t> counts, size_t most_bits) : lengths_(counts.size()), codes_(counts.size()) {
    while (!measure(counts, most_bits)) {
      // Less of a difference makes the longest shorter.
      for (size_t& count : counts) count = (count + 1) / 2;
    }
    number();
  }

  size_t length(size_t symbol) const { return lengths_[symbol]; }
  uint64_t code(size_t symbol) const { return codes_[symbol]; }
  // Without the symbols at the end that have no code.
  size_t used(size_t least) const {
    size_t count = lengths_.size();
    while (count > least && lengths_[count - 1] == 0) count--;
    return count;
  }

 private:
  // https://en.wikipedia.org/wiki/Huffman_coding; false if a code would be too long.
  bool measure(const std::vector<size_t>& counts, size_t most_bits) {
    struct Node {
      size_t count;
      size_t index;
      bool operator>(const Node& other) const {
        return count != other.count ? count > other.count : index > other.index;
      }
    };
    std::priority_queue<Node, std::vector<Node>, std::greater<>> open;
    for (size_t i = 0; i < counts.size(); i++) {
      if (counts[i] > 0) open.push({counts[i], i});
    }
    if (open.size() == 1) {
      lengths_[open.top().index] = 1;
      return true;
    }
    std::vector<size_t> parents(counts.size() * 2);
    size_t next = counts.size();
    while (open.size() > 1) {
      const Node first = open.top();
      open.pop();
      const Node second = open.top();
      open.pop();
      parents[first.index] = parents[second.index] = next;
      open.push({first.count + second.count, next++});
    }
    const size_t root = next - 1;
    std::vector<size_t> depths(next);
    for (size_t i = root; i-- > 0;) {
      if (parents[i] == 0) continue;
      depths[i] = depths[parents[i]] + 1;
      if (i >= counts.size()) continue;
      if (depths[i] > most_bits) return false;
      lengths_[i] = depths[i];
    }
    return true;
  }

  // Codes of one length follow each other; they are written from their highest bit on.
  void number() {
    std::vector<size_t> used;
    for (size_t i = 0; i < lengths_.size(); i++) {
      if (lengths_[i] > 0) used.push_back(i);
    }
    uint64_t next = 0;
    for (size_t bits = 1; bits <= kMostBits; bits++) {
      next <<= 1;
      for (const size_t i : used) {
        if (lengths_[i] != bits) continue;
        uint64_t reversed = 0;
        for (size_t k = 0; k < bits; k++) reversed |= (next >> k & 1) << (bits - 1 - k);
        codes_[i] = reversed;
        next++;
      }
    }
  }

  std::vector<size_t> lengths_;
  std::vector<uint64_t> codes_;
};

struct Bits {
  uint64_t bits = 0;
  size_t count = 0;

  void add(uint64_t more, size_t more_count) {
    bits |= more << count;
    count += more_count;
  }
};

class BitWriter {
 public:
  explicit BitWriter(std::span<uint8_t> out) : out_(out) {}

  // 48 bits at most.
  void put(uint64_t bits, size_t count) {
    held_ |= bits << held_bits_;
    held_bits_ += count;
    const size_t whole = held_bits_ / 8;
    if (written_ + sizeof held_ <= out_.size()) {
      std::memcpy(out_.data() + written_, &held_, sizeof held_);
    } else {
      for (size_t i = 0; i < whole && written_ + i < out_.size(); i++) out_[written_ + i] = held_ >> (8 * i);
    }
    written_ += whole;
    held_ >>= 8 * whole;
    held_bits_ %= 8;
  }
  void put(const Code& code, size_t symbol) { put(code.code(symbol), code.length(symbol)); }

  // How many bytes it were; nothing if they did not fit.
  std::optional<size_t> finish() {
    if (held_bits_ > 0) put(0, 8 - held_bits_);
    if (written_ > out_.size()) return std::nullopt;
    return written_;
  }

 private:
  std::span<uint8_t> out_;
  size_t written_ = 0;
  uint64_t held_ = 0;
  size_t held_bits_ = 0;
};

// The lengths of codes as a decoder is told of them.
class CodeLengths {
 public:
  void add(const Code& code, size_t count) {
    for (size_t i = 0; i < count; i++) lengths_.push_back(code.length(i));
  }

  void write(BitWriter& out) {
    // A symbol, then the bits that say how often it is repeated.
    std::vector<Ranged> symbols;
    for (size_t i = 0; i < lengths_.size();) {
      size_t run = 1;
      while (i + run < lengths_.size() && lengths_[i + run] == lengths_[i]) run++;
      if (lengths_[i] == 0 && run >= 3) {
        run = std::min<size_t>(run, 138);
        symbols.push_back(run < 11 ? Ranged{17, run - 3, 3} : Ranged{18, run - 11, 7});
      } else {
        run = 1;
        symbols.push_back({lengths_[i], 0, 0});
      }
      i += run;
    }
    std::vector<size_t> counts(19);
    for (const Ranged& each : symbols) counts[each.symbol]++;
    const Code code(counts, 7);
    constexpr std::array<size_t, 19> kOrder = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    size_t listed = kOrder.size();
    while (listed > 4 && code.length(kOrder[listed - 1]) == 0) listed--;
    out.put(listed - 4, 4);
    for (size_t i = 0; i < listed; i++) out.put(code.length(kOrder[i]), 3);
    for (const Ranged& each : symbols) {
      out.put(code, each.symbol);
      out.put(each.extra, each.extra_bits);
    }
  }

 private:
  std::vector<size_t> lengths_;
};

}  // namespace

std::optional<size_t> deflate_repetition(std::span<const uint8_t> input, std::span<uint8_t> out) {
  const auto steps = find_steps(input);
  if (!steps) return std::nullopt;

  std::vector<size_t> counts(286);
  std::vector<size_t> distance_counts(30);
  size_t at = 0;
  for (const auto& [literals, length, distance] : *steps) {
    for (size_t i = 0; i < literals; i++) counts[input[at + i]]++;
    at += literals + length;
    if (length == 0) continue;
    for_each_piece(length, [&, distance = distance](size_t piece, size_t count) {
      counts[length_symbol(piece).symbol] += count;
      distance_counts[distance_symbol(distance).symbol] += count;
    });
  }
  counts[kEnd] = 1;
  const Code code(counts, kMostBits);
  const Code distance_code(distance_counts, kMostBits);

  BitWriter writer(out);
  const size_t listed = code.used(257);
  const size_t listed_distances = distance_code.used(1);
  writer.put(1, 1);  // the last block
  writer.put(2, 2);  // with codes of its own
  writer.put(listed - 257, 5);
  writer.put(listed_distances - 1, 5);
  CodeLengths lengths;
  // In full, as far as they are listed.
  lengths.add(code, listed);
  lengths.add(distance_code, listed_distances);
  // HCLEN comes before the lengths, and both from there.
  lengths.write(writer);

  at = 0;
  for (const auto& [literals, length, distance] : *steps) {
    for (size_t i = 0; i < literals; i++) writer.put(code, input[at + i]);
    at += literals + length;
    if (length == 0) continue;
    const Ranged distance_range = distance_symbol(distance);
    for_each_piece(length, [&](size_t piece, size_t count) {
      const Ranged length_range = length_symbol(piece);
      Bits bits;
      bits.add(code.code(length_range.symbol), code.length(length_range.symbol));
      bits.add(length_range.extra, length_range.extra_bits);
      bits.add(distance_code.code(distance_range.symbol), distance_code.length(distance_range.symbol));
      bits.add(distance_range.extra, distance_range.extra_bits);
      for (size_t i = 0; i < count; i++) writer.put(bits.bits, bits.count);
    });
  }
  writer.put(code, kEnd);
  return writer.finish();
}

}  // namespace gyre::zlib
