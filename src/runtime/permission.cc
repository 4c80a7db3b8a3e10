#include "runtime/permission.h"

#include <stdlib.h>
#include <unistd.h>

#include "binding/binding.h"
#include "runtime/options.h"

namespace gyre {
namespace {

struct Scope {
  const char* name;
  std::vector<Permission> permissions;
};

// The names of process.permission.has().
const Scope* find_scope(std::string_view name) {
  static const auto* scopes = new std::vector<Scope>{
      {"fs", {Permission::FileSystemRead, Permission::FileSystemWrite}},
      {"fs.read", {Permission::FileSystemRead}},
      {"fs.write", {Permission::FileSystemWrite}},
      {"child", {Permission::ChildProcess}},
      {"worker", {Permission::WorkerThreads}},
      {"inspector", {Permission::Inspector}},
      {"wasi", {Permission::Wasi}},
      {"addon", {Permission::Addon}},
      {"openssl.store", {Permission::OpensslStore}},
  };
  for (const Scope& scope : *scopes) {
    if (name == scope.name) return &scope;
  }
  return nullptr;
}

bool has_paths(const Scope& scope) { return std::string_view(scope.name).starts_with("fs"); }

bool has(Realm& js, std::string scope_name, std::optional<std::string> reference) {
  const Permissions* own = js.permissions().get();
  if (own == nullptr) return true;
  const Scope* scope = find_scope(scope_name);
  if (scope == nullptr) return false;
  for (const Permission permission : scope->permissions) {
    const bool allowed =
        reference && has_paths(*scope) ? own->allows_path(permission, *reference) : own->allows(permission);
    if (!allowed) return false;
  }
  return true;
}

void drop(Realm& js, std::string scope_name, std::optional<std::string> reference) {
  const Scope* scope = find_scope(scope_name);
  if (scope == nullptr || js.permissions() == nullptr) return;
  // Jobs that are on their way keep what they were started with.
  auto changed = std::make_shared<Permissions>(*js.permissions());
  for (const Permission permission : scope->permissions) {
    if (reference && has_paths(*scope)) {
      changed->drop_path(permission, *reference);
    } else {
      changed->drop(permission);
    }
  }
  js.set_permissions(std::move(changed));
}

// Throws unless the program may do it, for what script itself carries out.
Result<> check(Realm&, std::string scope_name, std::string resource) {
  const Scope* scope = find_scope(scope_name);
  if (scope == nullptr) return Done{};
  for (const Permission permission : scope->permissions) GYRE_TRY(permit(permission, resource));
  return Done{};
}

std::vector<std::string> granted_paths(Realm& js, std::string scope_name) {
  const Scope* scope = find_scope(scope_name);
  if (scope == nullptr || js.permissions() == nullptr) return {};
  return js.permissions()->granted_paths(scope->permissions[0]);
}

struct AuditListener {
  explicit AuditListener(Environment&) {}
  v8::Global<v8::Function> function;
};

void on_audit(Realm& js, v8::Local<v8::Function> listener) {
  Environment::from(js).module_state<AuditListener>().function.Reset(js.isolate(), listener);
}

void tell(Environment& env, Permission permission, const std::string& resource) {
  v8::Isolate* isolate = env.isolate();
  v8::HandleScope handles(isolate);
  auto& listener = env.module_state<AuditListener>().function;
  if (listener.IsEmpty() || !env.can_call_into_js()) return;
  v8::Local<v8::Value> argv[] = {env.string(permission_name(permission)), env.string(resource)};
  env.call(v8::Undefined(isolate), listener.Get(isolate), 2, argv);
}

class TellTask final : public v8::Task {
 public:
  TellTask(Environment& env, Permission permission, std::string resource)
      : env_(env), permission_(permission), resource_(std::move(resource)) {}
  void Run() override { tell(env_, permission_, resource_); }

 private:
  Environment& env_;
  Permission permission_;
  std::string resource_;
};

// --permission-audit: script hears at once of what its own thread does, and soon of jobs.
Permissions::Audit audit_into(Environment& env) {
  return [&env, tasks = env.foreground()](Permission permission, const std::string& resource) {
    if (v8::Isolate::TryGetCurrent() == env.isolate()) {
      tell(env, permission, resource);
    } else {
      tasks->PostTask(std::make_unique<TellTask>(env, permission, resource));
    }
  };
}

// What the program consists of may be read.
void allow_program(Permissions& permissions, const std::string& path) {
  permissions.allow_file(Permission::FileSystemRead, path);
  if (char* real = ::realpath(path.c_str(), nullptr)) {
    permissions.allow_file(Permission::FileSystemRead, real);
    ::free(real);
  } else {
    permissions.allow_file(Permission::FileSystemRead, path + ".js");
  }
}

}  // namespace

void restrict_environment(Environment& env) {
  const ParsedOptions& options = env.options();
  const bool enforced = options.flag("--permission");
  if (!enforced && !options.flag("--permission-audit")) return;
  auto permissions = std::make_shared<Permissions>(enforced ? nullptr : audit_into(env));
  static constexpr std::pair<const char*, Permission> kFlags[] = {
      {"--allow-child-process", Permission::ChildProcess},
      {"--allow-worker", Permission::WorkerThreads},
      {"--allow-inspector", Permission::Inspector},
      {"--allow-wasi", Permission::Wasi},
      {"--allow-addons", Permission::Addon},
      {"--allow-openssl-store", Permission::OpensslStore},
  };
  for (const auto& [name, permission] : kFlags) {
    if (options.flag(name)) permissions->allow(permission);
  }
  for (const std::string& path : options.list("--allow-fs-read")) {
    permissions->allow_path(Permission::FileSystemRead, path);
  }
  for (const std::string& path : options.list("--allow-fs-write")) {
    permissions->allow_path(Permission::FileSystemWrite, path);
  }
  for (const std::string& path : options.list("--require")) allow_program(*permissions, path);
  if (!options.values.contains("--eval") && !options.rest.empty()) allow_program(*permissions, options.rest[0]);
  env.set_permissions(std::move(permissions));
}

GYRE_MODULE(permission) {
  b.function<&has>("has");
  b.function<&drop>("drop");
  b.function<&check>("check");
  b.function<&granted_paths>("grantedPaths");
  b.function<&on_audit>("onAudit");
}

}  // namespace gyre
