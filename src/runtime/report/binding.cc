// native('report'): reports, and the settings of the process.
#include "binding/binding.h"
#include "runtime/environment.h"
#include "runtime/report/report.h"

namespace gyre::report {
namespace {

// `properties` are [name, value, ...].
Cause to_cause(std::string event, std::string trigger, std::string message, std::vector<std::string> stack,
               const std::vector<std::string>& properties) {
  Cause cause{std::move(event), std::move(trigger), std::move(message), std::move(stack)};
  for (size_t i = 0; i + 1 < properties.size(); i += 2) cause.properties.emplace_back(properties[i], properties[i + 1]);
  return cause;
}

std::string get_report(Realm& js, std::string event, std::string trigger, std::string message,
                       std::vector<std::string> stack, std::vector<std::string> properties) {
  return make(&Environment::from(js), to_cause(event, trigger, message, stack, properties), std::nullopt, true);
}

std::string write_report(Realm& js, std::string event, std::string trigger, std::string message,
                         std::vector<std::string> stack, std::vector<std::string> properties, std::string filename) {
  return write(&Environment::from(js), to_cause(event, trigger, message, stack, properties), std::move(filename));
}

template <auto Member>
auto get_setting() {
  return settings().*Member;
}
void set_text(std::string name, std::string value) {
  change_settings([&](Settings& all) { (name == "directory" ? all.directory : all.filename) = value; });
}
void set_flag(std::string name, bool value) {
  change_settings([&](Settings& all) {
    if (name == "compact") all.compact = value;
    if (name == "excludeNetwork") all.exclude_network = value;
    if (name == "excludeEnv") all.exclude_env = value;
    if (name == "reportOnFatalError") all.on_fatal_error = value;
  });
}

}  // namespace

GYRE_MODULE(report) {
  b.function<&get_report>("get");
  b.function<&write_report>("write");
  b.function<&get_setting<&Settings::directory>>("directory");
  b.function<&get_setting<&Settings::filename>>("filename");
  b.function<&get_setting<&Settings::compact>>("compact");
  b.function<&get_setting<&Settings::exclude_network>>("excludeNetwork");
  b.function<&get_setting<&Settings::exclude_env>>("excludeEnv");
  b.function<&get_setting<&Settings::on_fatal_error>>("reportOnFatalError");
  b.function<&set_text>("setText");
  b.function<&set_flag>("setFlag");
}

}  // namespace gyre::report
