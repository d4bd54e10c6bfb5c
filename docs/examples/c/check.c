/* Checks filings, as a sender does before a file leaves the office.
 *
 *     check YYYY-MM-DD FILE...      the date is today in Japan; - is standard input
 *
 * The exit status is 0 if every file may be sent, 1 if one has errors, 2 if one could not be checked. C99. */
#include <kpfd/kpfd.h>
#include <stdio.h>
#include <string.h>

static const char *name_of(int32_t severity) {
  switch (severity) {
    case KPFD_SEVERITY_ERROR:
      return "error";
    case KPFD_SEVERITY_WARNING:
      return "warning";
    default:
      return "info";
  }
}

/* Called for each finding while a file is checked. The texts are gone when it returns. */
static int show(const kpfd_finding *finding, void *user) {
  FILE *out = user;
  fprintf(out, "  line %llu item %lu %s [%s] %s\n", (unsigned long long)finding->line, (unsigned long)finding->item,
          name_of(finding->severity), finding->rule, finding->message);
  return 0; /* go on */
}

/* A filing that comes in pieces. Whatever fails, kpfd_check_finish() then answers KPFD_UNCHECKED. */
static kpfd_verdict check_stream(kpfd_check *check, FILE *in) {
  char piece[4096];
  size_t size;
  if (kpfd_check_begin(check, NULL) != KPFD_OK) {
    return KPFD_UNCHECKED;
  }
  while ((size = fread(piece, 1, sizeof piece, in)) > 0) {
    if (kpfd_check_feed(check, piece, size) != KPFD_OK) {
      break;
    }
  }
  if (ferror(in)) {
    return KPFD_UNCHECKED; /* half a file is no file */
  }
  return kpfd_check_finish(check);
}

int main(int count, char **arguments) {
  kpfd_engine_options options = KPFD_ENGINE_OPTIONS_INIT;
  kpfd_check_options check_options = KPFD_CHECK_OPTIONS_INIT;
  kpfd_engine *engine;
  kpfd_check *check;
  int status = 0;
  int i;

  if (count < 3) {
    fputs("usage: check YYYY-MM-DD FILE...\n", stderr);
    return 2;
  }
  options.language = "en";
  options.check_date = arguments[1];
  if (kpfd_engine_open(&options, &engine) != KPFD_OK) {
    fprintf(stderr, "%s\n", kpfd_last_error());
    return 2;
  }
  check_options.on_finding = show;
  check_options.user = stdout;
  if (kpfd_check_open(engine, &check_options, &check) != KPFD_OK) {
    fprintf(stderr, "%s\n", kpfd_last_error());
    kpfd_engine_free(engine);
    return 2;
  }
  for (i = 2; i < count; ++i) {
    const char *name = arguments[i];
    kpfd_summary summary = KPFD_SUMMARY_INIT;
    const kpfd_verdict verdict =
        strcmp(name, "-") == 0 ? check_stream(check, stdin) : kpfd_check_path(check, name);
    if (verdict == KPFD_UNCHECKED || kpfd_check_summary(check, &summary) != KPFD_OK) {
      printf("%s: unchecked (%s)\n", name, ferror(stdin) ? "it cannot be read" : kpfd_last_error());
      status = 2;
      continue;
    }
    printf("%s: %s (errors %llu, warnings %llu)\n", name, verdict == KPFD_ACCEPT ? "accept" : "reject",
           (unsigned long long)summary.errors, (unsigned long long)summary.warnings);
    if (verdict != KPFD_ACCEPT && status == 0) {
      status = 1;
    }
  }
  kpfd_check_free(check);
  kpfd_engine_free(engine);
  return status;
}
