/* The check of filings for Node.js: a module that needs Node-API and libkpfd, nothing else.
 *
 *     cc -shared -fPIC -I/usr/include/node kpfd_node.c -o kpfd_node.node $(pkg-config --cflags --libs kpfd)
 *
 *     const kpfd = require('./kpfd_node.node');
 *     const engine = kpfd.open('2026-07-31', 'en');
 *     kpfd.check(engine, 'KPFD0006.CSV')           // a path
 *     kpfd.check(engine, 'KPFD0006.CSV', buffer)   // a name and its bytes
 *     // => { verdict: 'reject', reason: '', summary: '{...}', findings: [{ line, item, severity, rule, ... }, ...] }
 *
 * What cannot be opened is thrown; what cannot be checked has the verdict 'unchecked'. C99. */
#define NAPI_VERSION 4
#include <kpfd/kpfd.h>
#include <node_api.h>
#include <string.h>

#define LONGEST_TEXT 4096

static napi_value text_of(napi_env env, const char *text) {
  napi_value value = NULL;
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  return value;
}

static napi_value number_of(napi_env env, uint64_t number) {
  napi_value value = NULL;
  napi_create_double(env, (double)number, &value);
  return value;
}

static void set(napi_env env, napi_value object, const char *name, napi_value value) {
  napi_set_named_property(env, object, name, value);
}

static napi_value refuse(napi_env env, const char *why) {
  napi_throw_error(env, NULL, why);
  return NULL;
}

/* A text that is cut off, or holds a zero byte, would be another one: false. */
static int read_text(napi_env env, napi_value value, char *text) {
  size_t size = 0;
  return napi_get_value_string_utf8(env, value, text, LONGEST_TEXT, &size) == napi_ok && size + 1 < LONGEST_TEXT &&
         strlen(text) == size;
}

/* An engine is freed when nobody in JavaScript has it any longer. */
static void free_engine(napi_env env, void *engine, void *hint) {
  (void)env;
  (void)hint;
  kpfd_engine_free(engine);
}

static napi_value open_engine(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  char date[LONGEST_TEXT];
  char language[LONGEST_TEXT];
  kpfd_engine_options options = KPFD_ENGINE_OPTIONS_INIT;
  kpfd_engine *engine;
  napi_value handle;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count != 2 ||
      !read_text(env, arguments[0], date) || !read_text(env, arguments[1], language)) {
    return refuse(env, "open(date, language)");
  }
  options.check_date = date;
  options.language = language;
  if (kpfd_engine_open(&options, &engine) != KPFD_OK) {
    return refuse(env, kpfd_last_error());
  }
  if (napi_create_external(env, engine, free_engine, NULL, &handle) != napi_ok) {
    kpfd_engine_free(engine);
    return refuse(env, "no memory");
  }
  return handle;
}

struct findings {
  napi_env env;
  napi_value list;
  uint32_t size;
};

static int keep(const kpfd_finding *finding, void *user) {
  static const char *const severities[] = {"info", "warning", "error"};
  struct findings *kept = user;
  napi_env env = kept->env;
  napi_handle_scope scope;
  napi_value object;
  int stop;
  if (napi_open_handle_scope(env, &scope) != napi_ok) {
    return 1;
  }
  stop = napi_create_object(env, &object) != napi_ok;
  if (!stop) {
    set(env, object, "line", number_of(env, finding->line));
    set(env, object, "item", number_of(env, finding->item));
    set(env, object, "severity", text_of(env, severities[finding->severity]));
    set(env, object, "rule", text_of(env, finding->rule));
    set(env, object, "form", text_of(env, finding->form));
    set(env, object, "key", text_of(env, finding->key));
    set(env, object, "message", text_of(env, finding->message));
    set(env, object, "offset", number_of(env, finding->offset));
    set(env, object, "length", number_of(env, finding->length));
    stop = napi_set_element(env, kept->list, kept->size++, object) != napi_ok;
  }
  napi_close_handle_scope(env, scope);
  return stop; /* a finding that is lost would make a good file of a bad one */
}

static napi_value check_filing(napi_env env, napi_callback_info info) {
  static const char *const verdicts[] = {"unchecked", "accept", "reject"};
  size_t count = 3;
  napi_value arguments[3];
  napi_value result;
  char name[LONGEST_TEXT];
  void *engine;
  void *bytes = NULL;
  size_t size = 0;
  struct findings findings = {NULL, NULL, 0};
  kpfd_check_options options = KPFD_CHECK_OPTIONS_INIT;
  kpfd_check *check;
  kpfd_verdict verdict;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count < 2 ||
      napi_get_value_external(env, arguments[0], &engine) != napi_ok || !read_text(env, arguments[1], name) ||
      (count == 3 && napi_get_buffer_info(env, arguments[2], &bytes, &size) != napi_ok)) {
    return refuse(env, "check(engine, path) or check(engine, name, buffer)");
  }
  findings.env = env;
  if (napi_create_array(env, &findings.list) != napi_ok || napi_create_object(env, &result) != napi_ok) {
    return refuse(env, "no memory");
  }
  options.on_finding = keep;
  options.user = &findings;
  if (kpfd_check_open(engine, &options, &check) != KPFD_OK) {
    return refuse(env, kpfd_last_error());
  }
  verdict = count == 3 ? kpfd_check_buffer(check, name, bytes, size) : kpfd_check_path(check, name);
  set(env, result, "verdict", text_of(env, verdicts[verdict]));
  set(env, result, "reason", text_of(env, verdict == KPFD_UNCHECKED ? kpfd_last_error() : ""));
  set(env, result, "summary", text_of(env, kpfd_check_summary_json(check)));
  set(env, result, "findings", findings.list);
  kpfd_check_free(check);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value function;
  if (napi_create_function(env, "open", NAPI_AUTO_LENGTH, open_engine, NULL, &function) == napi_ok) {
    set(env, exports, "open", function);
  }
  if (napi_create_function(env, "check", NAPI_AUTO_LENGTH, check_filing, NULL, &function) == napi_ok) {
    set(env, exports, "check", function);
  }
  set(env, exports, "version", text_of(env, kpfd_version()));
  return exports;
}
