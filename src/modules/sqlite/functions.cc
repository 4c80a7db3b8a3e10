// Functions of JavaScript in SQL.
#include <memory>
#include <vector>

#include "modules/sqlite/database.h"

namespace gyre::sqlite {

namespace {

// Arguments of a call; `first` stands in front of them if it is not empty.
bool arguments_to_js(Database& database, bool use_bigint, int argc, sqlite3_value** argv,
                     v8::LocalVector<v8::Value>& out) {
  v8::TryCatch caught(database.realm().isolate());
  for (int i = 0; i < argc; i++) {
    v8::Local<v8::Value> value;
    if (!value_to_js(database.realm(), argv[i], use_bigint).ToLocal(&value)) {
      database.keep_error(caught.Exception());
      return false;
    }
    out.push_back(value);
  }
  return true;
}

struct UserFunction {
  Database& database;
  bool use_bigint;
  v8::Global<v8::Function> function;

  static void call(sqlite3_context* context, int argc, sqlite3_value** argv) {
    auto* self = static_cast<UserFunction*>(sqlite3_user_data(context));
    Realm& js = self->database.realm();
    v8::HandleScope handles(js.isolate());
    v8::LocalVector<v8::Value> arguments(js.isolate());
    v8::Local<v8::Value> result;
    if (!arguments_to_js(self->database, self->use_bigint, argc, argv, arguments) ||
        !self->database.call(self->function.Get(js.isolate()), argc, arguments.data()).ToLocal(&result)) {
      sqlite3_result_error(context, "", 0);
      return;
    }
    set_result(js, context, result);
  }
};

struct Aggregate {
  Database& database;
  bool use_bigint;
  v8::Global<v8::Value> start;
  v8::Global<v8::Function> step;
  v8::Global<v8::Function> result;
  v8::Global<v8::Function> inverse;

  // SQLite gives each aggregation a few bytes, zero at first: they hold a pointer to its state.
  struct State {
    v8::Global<v8::Value> value;
    // A window has been told its values as it moved: at its end nobody asks for one.
    bool is_window = false;
  };

  static Aggregate& of(sqlite3_context* context) { return *static_cast<Aggregate*>(sqlite3_user_data(context)); }

  // The state, made from `start` at first; nothing when that failed.
  State* state(sqlite3_context* context) {
    auto** slot = static_cast<State**>(sqlite3_aggregate_context(context, sizeof(void*)));
    if (slot == nullptr) return nullptr;
    if (*slot != nullptr) return *slot;
    v8::Isolate* isolate = database.realm().isolate();
    v8::Local<v8::Value> value = start.Get(isolate);
    if (value->IsFunction() && !database.call(value.As<v8::Function>(), 0, nullptr).ToLocal(&value)) {
      return nullptr;
    }
    *slot = new State();
    (*slot)->value.Reset(isolate, value);
    return *slot;
  }

  void advance(sqlite3_context* context, int argc, sqlite3_value** argv, const v8::Global<v8::Function>& function) {
    v8::Isolate* isolate = database.realm().isolate();
    v8::HandleScope handles(isolate);
    State* state = this->state(context);
    v8::Local<v8::Value> next;
    if (state != nullptr) {
      v8::LocalVector<v8::Value> arguments(isolate);
      arguments.push_back(state->value.Get(isolate));
      if (arguments_to_js(database, use_bigint, argc, argv, arguments) &&
          database.call(function.Get(isolate), argc + 1, arguments.data()).ToLocal(&next)) {
        state->value.Reset(isolate, next);
        return;
      }
    }
    sqlite3_result_error(context, "", 0);
  }

  void finish(sqlite3_context* context, bool is_final) {
    Realm& js = database.realm();
    v8::Isolate* isolate = js.isolate();
    v8::HandleScope handles(isolate);
    State* state = this->state(context);
    if (state == nullptr) {
      sqlite3_result_error(context, "", 0);
      return;
    }
    if (!is_final || !state->is_window) give_result(js, context, *state);
    state->is_window = !is_final;
    if (is_final) {
      auto** slot = static_cast<State**>(sqlite3_aggregate_context(context, sizeof(void*)));
      delete *slot;
      *slot = nullptr;
    }
  }

  void give_result(Realm& js, sqlite3_context* context, State& state) {
    v8::Local<v8::Value> value = state.value.Get(js.isolate());
    if (!result.IsEmpty()) {
      v8::Local<v8::Value> argv[] = {value};
      if (!database.call(result.Get(js.isolate()), 1, argv).ToLocal(&value)) {
        sqlite3_result_error(context, "", 0);
        return;
      }
    }
    set_result(js, context, value);
  }

  static void on_step(sqlite3_context* context, int argc, sqlite3_value** argv) {
    of(context).advance(context, argc, argv, of(context).step);
  }
  static void on_inverse(sqlite3_context* context, int argc, sqlite3_value** argv) {
    of(context).advance(context, argc, argv, of(context).inverse);
  }
  static void on_value(sqlite3_context* context) { of(context).finish(context, false); }
  static void on_final(sqlite3_context* context) { of(context).finish(context, true); }
};

}  // namespace

Result<> Database::create_function(Realm& js, std::string name, int32_t arguments, int32_t flags, bool use_bigint,
                                   v8::Local<v8::Function> function) {
  if (auto refused = refusal()) return *refused;
  auto* data = new UserFunction{*this, use_bigint, v8::Global<v8::Function>(js.isolate(), function)};
  // SQLite calls the destructor, also when it fails.
  int status =
      sqlite3_create_function_v2(db_, name.c_str(), arguments, SQLITE_UTF8 | flags, data, &UserFunction::call, nullptr,
                                 nullptr, [](void* data) { delete static_cast<UserFunction*>(data); });
  if (status != SQLITE_OK) return fail(js);
  return Done{};
}

Result<> Database::create_aggregate(Realm& js, std::string name, int32_t arguments, int32_t flags, bool use_bigint,
                                    v8::Local<v8::Value> start, v8::Local<v8::Function> step,
                                    v8::Local<v8::Value> result, v8::Local<v8::Value> inverse) {
  if (auto refused = refusal()) return *refused;
  v8::Isolate* isolate = js.isolate();
  auto data = std::make_unique<Aggregate>(Aggregate{*this, use_bigint, {}, {}, {}, {}});
  data->start.Reset(isolate, start);
  data->step.Reset(isolate, step);
  if (result->IsFunction()) data->result.Reset(isolate, result.As<v8::Function>());
  bool is_window = inverse->IsFunction();
  if (is_window) data->inverse.Reset(isolate, inverse.As<v8::Function>());
  int status = sqlite3_create_window_function(
      db_, name.c_str(), arguments, SQLITE_UTF8 | flags, data.release(), &Aggregate::on_step, &Aggregate::on_final,
      is_window ? &Aggregate::on_value : nullptr, is_window ? &Aggregate::on_inverse : nullptr,
      [](void* data) { delete static_cast<Aggregate*>(data); });
  if (status != SQLITE_OK) return fail(js);
  return Done{};
}

}  // namespace gyre::sqlite
