// native('block_list').Rules: the rules of a net.BlockList, which its clones in other threads share.
#include <uv.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "binding/binding.h"

namespace gyre::net {
namespace {

// An IPv6 address, or an IPv4 address as the IPv6 address that stands for it (::ffff:1.2.3.4): so a
// rule in one form holds for the other. Bytes compare like addresses.
using Address = std::array<uint8_t, 16>;
constexpr int kMappedBits = 96;

std::optional<Address> parse(std::string text, bool v6) {
  Address address{};
  if (!v6) {
    address[10] = address[11] = 0xff;
    if (uv_inet_pton(AF_INET, text.c_str(), address.data() + 12) != 0) return std::nullopt;
    return address;
  }
  if (const size_t zone = text.find('%'); zone != std::string::npos) text.resize(zone);
  if (uv_inet_pton(AF_INET6, text.c_str(), address.data()) != 0) return std::nullopt;
  return address;
}

// "IPv4 1.2.3.4", or only the address.
std::string text_of(const Address& address, bool v6, bool with_family = true) {
  char text[64];
  const int failed = v6 ? uv_inet_ntop(AF_INET6, address.data(), text, sizeof text)
                        : uv_inet_ntop(AF_INET, address.data() + 12, text, sizeof text);
  return std::string(!with_family ? "" : v6 ? "IPv6 " : "IPv4 ") + (failed ? "" : text);
}

struct Rule {
  Address first, last;
  std::string text;
};

// The addresses whose first `bits` bits are those of `network`.
Rule subnet(const Address& network, int bits, std::string text) {
  Rule rule{network, network, std::move(text)};
  for (int i = 0; i < 16; i++) {
    const int kept = std::clamp(bits - i * 8, 0, 8);
    const auto mask = static_cast<uint8_t>(0xff00 >> kept);
    rule.first[static_cast<size_t>(i)] &= mask;
    rule.last[static_cast<size_t>(i)] |= static_cast<uint8_t>(~mask);
  }
  return rule;
}

class RuleList {
 public:
  void add(Rule rule) {
    std::lock_guard lock(mutex_);
    rules_.insert(rules_.begin(), std::move(rule));
  }

  bool covers(const Address& address) {
    std::lock_guard lock(mutex_);
    return std::ranges::any_of(rules_, [&](const Rule& rule) { return rule.first <= address && address <= rule.last; });
  }

  // The newest first.
  std::vector<std::string> texts() {
    std::lock_guard lock(mutex_);
    std::vector<std::string> out;
    for (const Rule& rule : rules_) out.push_back(rule.text);
    return out;
  }

 private:
  std::mutex mutex_;
  std::vector<Rule> rules_;
};

class Rules final : public Wrapped {
 public:
  static constexpr ClassTag kTag{"Rules", nullptr};
  Rules(Realm& js, v8::Local<v8::Object> object) : Rules(js, object, std::make_shared<RuleList>()) {}
  Rules(Realm& js, v8::Local<v8::Object> object, std::shared_ptr<RuleList> list)
      : Wrapped(js, object, kTag), list_(std::move(list)) {}

  void add_address(std::string text, bool v6) {
    if (const auto address = parse(std::move(text), v6)) {
      list_->add({*address, *address, "Address: " + text_of(*address, v6)});
    }
  }

  // False if the range is empty.
  bool add_range(std::string from, std::string to, bool v6) {
    const auto first = parse(std::move(from), v6), last = parse(std::move(to), v6);
    if (!first || !last || *first > *last) return false;
    list_->add({*first, *last, "Range: " + text_of(*first, v6) + "-" + text_of(*last, v6, false)});
    return true;
  }

  void add_subnet(std::string network, int32_t prefix, bool v6) {
    if (const auto address = parse(std::move(network), v6)) {
      std::string text = "Subnet: " + text_of(*address, v6) + "/" + std::to_string(prefix);
      list_->add(subnet(*address, v6 ? prefix : kMappedBits + prefix, std::move(text)));
    }
  }

  bool covers(std::string text, bool v6) {
    const auto address = parse(std::move(text), v6);
    return address && list_->covers(*address);
  }

  std::vector<std::string> texts() { return list_->texts(); }

  std::shared_ptr<Payload> clone() override;

 private:
  std::shared_ptr<RuleList> list_;
};

class RulesPayload final : public Payload {
 public:
  explicit RulesPayload(std::shared_ptr<RuleList> list) : list_(std::move(list)) {}
  v8::MaybeLocal<v8::Object> receive(Realm& js) override {
    if (!js.templates().contains(&Rules::kTag) && bind_module(js, "block_list").IsEmpty()) return {};
    const auto object = instance_of<Rules>(js);
    new Rules(js, object, list_);
    return object;
  }

 private:
  std::shared_ptr<RuleList> list_;
};

std::shared_ptr<Payload> Rules::clone() { return std::make_shared<RulesPayload>(list_); }

}  // namespace

GYRE_MODULE(block_list) {
  b.class_<Rules>("Rules")
      .constructor<>()
      .method<&Rules::add_address>("addAddress")
      .method<&Rules::add_range>("addRange")
      .method<&Rules::add_subnet>("addSubnet")
      .method<&Rules::covers>("covers")
      .method<&Rules::texts>("texts");
}

}  // namespace gyre::net
