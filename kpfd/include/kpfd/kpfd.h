/* The check of filings (KPFD0006.CSV, SHFD0006.CSV) for programs in any language that calls C.
 * docs/c-api.md has the whole story; here is what each function promises.
 *
 *     kpfd_engine_options options = KPFD_ENGINE_OPTIONS_INIT;
 *     options.check_date = "2026-07-31";
 *     kpfd_engine *engine;
 *     kpfd_check *check;
 *     if (kpfd_engine_open(&options, &engine) != KPFD_OK) { puts(kpfd_last_error()); ... }
 *     if (kpfd_check_open(engine, NULL, &check) != KPFD_OK) { puts(kpfd_last_error()); ... }
 *     if (kpfd_check_path(check, "KPFD0006.CSV") == KPFD_ACCEPT) { ... it may be sent ... }
 *     kpfd_check_free(check);
 *     kpfd_engine_free(engine);
 *
 * What holds for all functions:
 *
 * - Text is UTF-8 and ends with a zero byte. A pointer that must not be null and is null is an
 *   error, not a crash.
 * - No function prints, ends the process, or lets a C++ exception out.
 * - An engine never changes: any number of threads may use one at the same time. A check is for one
 *   thread at a time; two threads take two checks. kpfd_check_cancel() alone may be called from
 *   anywhere.
 * - A check whose function has not returned yet is busy: every call with it from a callback or from
 *   another thread, but kpfd_check_cancel(), is refused with KPFD_E_BUSY and changes nothing.
 * - A callback must return: no longjmp, no end of its thread. It may call every function for
 *   other checks.
 * - No value of a record is in any text, unless show_values asks for it; a My Number never is.
 */
#ifndef KPFD_KPFD_H
#define KPFD_KPFD_H

#include <stddef.h>
#include <stdint.h>

#if defined(KPFD_STATIC)
#define KPFD_API /* the archive is linked: define KPFD_STATIC before this header */
#elif defined(_WIN32) && defined(KPFD_BUILD)
#define KPFD_API __declspec(dllexport)
#elif defined(_WIN32)
#define KPFD_API __declspec(dllimport)
#elif defined(__GNUC__)
#define KPFD_API __attribute__((visibility("default")))
#else
#define KPFD_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the structs and functions below. It rises only when an existing program would
 * break; the library then has another name. New functions, new members at the ends of structs and
 * new values of enumerations come without notice. */
#define KPFD_ABI_VERSION 1

/* What came of a call. Take every value but KPFD_OK for a failure, unknown ones too. */
typedef enum kpfd_status {
  KPFD_OK = 0,
  KPFD_E_ARGUMENT = 1,  /* a null pointer, a struct that is none, a date that does not exist, ... */
  KPFD_E_MEMORY = 2,    /* no memory */
  KPFD_E_BUSY = 3,      /* the check is at work: see above */
  KPFD_E_SCHEMAS = 4,   /* the schemas given have faults */
  KPFD_E_PROFILE = 5,   /* the profile or its roster has faults */
  KPFD_E_READ = 6,      /* a file could not be read, or a stream not be kept */
  KPFD_E_CANCELLED = 7, /* a callback or kpfd_check_cancel() has stopped it */
  KPFD_E_INTERNAL = 8   /* a fault of the library */
} kpfd_status;

/* Whether a filing may be sent. Only KPFD_ACCEPT is a yes: hold the file for every other value. */
typedef enum kpfd_verdict {
  KPFD_UNCHECKED = 0, /* the check could not be done */
  KPFD_ACCEPT = 1,    /* no error; warnings may stand */
  KPFD_REJECT = 2     /* at least one error */
} kpfd_verdict;

/* How bad a finding is. */
typedef enum kpfd_severity {
  KPFD_SEVERITY_INFO = 0,
  KPFD_SEVERITY_WARNING = 1,
  KPFD_SEVERITY_ERROR = 2
} kpfd_severity;

/* The schemas, made ready to check with. */
typedef struct kpfd_engine kpfd_engine;

/* The checking of one filing, or of one after the other. */
typedef struct kpfd_check kpfd_check;

/* The content of a file, and what it is called. This struct never grows. */
typedef struct kpfd_file {
  const char* name;
  const void* bytes; /* may be null if size is 0 */
  size_t size;
} kpfd_file;

/* Structs that may grow begin with their size and version. Begin with the *_INIT of the struct, and
 * set what you want: what is 0 has its default. */
typedef struct kpfd_engine_options {
  uint32_t struct_size; /* sizeof(kpfd_engine_options) */
  uint32_t abi_version; /* KPFD_ABI_VERSION */

  /* Of all texts: "ja" (the default) or "en". */
  const char* language;

  /* Today in Japan (UTC+9), as YYYY-MM-DD: the library reads no clock. May be null where each check
   * has its own. */
  const char* check_date;

  /* Files that take the place of built-in ones or are added to them, as those of `kpfd schemas
   * --export`; the name is the path below that folder, such as "layouts/2225700-2018-03.xml". */
  const kpfd_file* schemas;
  size_t schemas_count;

  /* A union's profile (docs/profiles.md), and the office roster that it names. Null: none. */
  const kpfd_file* profile;
  const kpfd_file* roster;
} kpfd_engine_options;

#define KPFD_ENGINE_OPTIONS_INIT \
  { sizeof(kpfd_engine_options), KPFD_ABI_VERSION, NULL, NULL, NULL, 0, NULL, NULL }

/* One finding: what `kpfd check --format jsonl` tells. No pointer is null but `value`; all of them
 * live until the callback returns. */
typedef struct kpfd_finding {
  uint32_t struct_size; /* of the library: members beyond it are not there */
  uint32_t abi_version;
  int32_t severity;       /* kpfd_severity */
  uint32_t item;          /* the item's number in its record, from 1; 0: the whole line */
  uint64_t line;          /* physical line, from 1; 0: the whole file */
  uint64_t offset;        /* bytes from the beginning of the file */
  uint64_t length;        /* bytes; 0: a place, not a run */
  const char* rule;       /* id of the check or rule: "DATE-EXISTS" */
  const char* form;       /* form code; "": no data record */
  const char* key;        /* the item's key; "": none */
  const char* message;    /* for people, in whole sentences */
  const char* reason;     /* why a profile changed the severity; "": it did not */
  const char* attachment; /* key of the document that a profile asks for; "": none */
  const char* value; /* what stands there, if show_values is set and item is not 0; else null */
} kpfd_finding;

/* Takes a finding. Return 0 to go on; anything else stops the check, which then is unchecked. */
typedef int (*kpfd_on_finding)(const kpfd_finding* finding, void* user);

/* Hears now and then how far the check is: after each MiB or so. `all` is the size of the file. A
 * check may begin anew, and `done` with it. Return 0 to go on. */
typedef int (*kpfd_on_progress)(uint64_t done, uint64_t all, void* user);

typedef struct kpfd_check_options {
  uint32_t struct_size; /* sizeof(kpfd_check_options) */
  uint32_t abi_version; /* KPFD_ABI_VERSION */

  const char* check_date; /* null: that of the engine */

  /* The edition that every form is checked against, such as "2018-03"; null: the number of items of
   * each record tells it. */
  const char* edition;

  kpfd_on_finding on_finding;   /* may be null: the verdict and the counts are there all the same */
  kpfd_on_progress on_progress; /* may be null */
  void* user;                   /* handed to the callbacks */

  /* A stream (kpfd_check_feed) longer than this is kept in a temporary file; 0: 4 MiB. UINT64_MAX:
   * it never touches the disk. */
  uint64_t stream_memory;

  int32_t show_values; /* 1: findings have the values of items. My Numbers are hidden even then */
  uint32_t threads;    /* threads that check the records of a large file, at most 64; 0: 1. The
                          callbacks are called by the caller's thread all the same */
} kpfd_check_options;

#define KPFD_CHECK_OPTIONS_INIT \
  { sizeof(kpfd_check_options), KPFD_ABI_VERSION, NULL, NULL, NULL, NULL, NULL, 0, 0, 0 }

/* What a check has found out; of `unchecked` what it knew until then. No pointer is null; all of
 * them live until the check is used again or freed. */
typedef struct kpfd_summary {
  uint32_t struct_size; /* sizeof(kpfd_summary), set before the call */
  uint32_t abi_version; /* KPFD_ABI_VERSION, set before the call */
  int32_t verdict;      /* kpfd_verdict */
  int32_t status;       /* kpfd_status: KPFD_OK, or why it is unchecked */
  uint64_t errors;
  uint64_t warnings;
  uint64_t bytes;
  uint64_t lines;
  uint64_t offices;      /* office records, good and bad */
  uint64_t data_records; /* lines behind [data], good and bad */
  const char* kind;      /* "KPFD", "SHFD", "KNFD", or "" where it cannot be told */
  const char* encoding;  /* "Shift_JIS", "UTF-8", "UTF-8-BOM", or "" for what is no text */
  const char* edition;   /* the edition asked for, or the newest one that holds on the check date */
  const char* reason;    /* why it is unchecked, for people; else "" */
} kpfd_summary;

#define KPFD_SUMMARY_INIT \
  { sizeof(kpfd_summary), KPFD_ABI_VERSION, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL }

/* "0.1.0" */
KPFD_API const char* kpfd_version(void);

/* KPFD_ABI_VERSION of the library that is loaded. */
KPFD_API uint32_t kpfd_abi_version(void);

/* What went wrong in the last call of this thread that failed, for people; "": none has. It lives
 * until the next call of this thread. */
KPFD_API const char* kpfd_last_error(void);

/* Makes an engine. Everything of the options is copied. `*engine` is null when it fails. */
KPFD_API kpfd_status kpfd_engine_open(const kpfd_engine_options* options, kpfd_engine** engine);

/* The newest edition of the schemas: "2024-12"; "" for null. It lives as long as the engine. */
KPFD_API const char* kpfd_engine_edition(const kpfd_engine* engine);

/* "sha256:..." over all that decides a verdict but a profile: where it is the same, so are the
 * rules. "" for null. It lives as long as the engine. */
KPFD_API const char* kpfd_engine_rules_hash(const kpfd_engine* engine);

/* Frees an engine; null is nothing to free. Checks that were opened with it go on working. */
KPFD_API void kpfd_engine_free(kpfd_engine* engine);

/* Makes a check. `options` may be null. `*check` is null when it fails. */
KPFD_API kpfd_status kpfd_check_open(const kpfd_engine* engine, const kpfd_check_options* options,
                                     kpfd_check** check);

/* Checks a filing in memory, which must not change meanwhile. `name` is what the file is called:
 * the check looks at its last part; null: it has no name. */
KPFD_API kpfd_verdict kpfd_check_buffer(kpfd_check* check, const char* name, const void* bytes,
                                        size_t size);

/* Checks a regular file. It is read in pieces: the memory needed does not grow with it. */
KPFD_API kpfd_verdict kpfd_check_path(kpfd_check* check, const char* path);

/* Checks a filing that comes in pieces of any sizes: begin, feed as often as you like, finish. The
 * encoding of a filing is a fact about all of its bytes, so the check itself, and with it the
 * findings, comes with kpfd_check_finish(); until then the pieces are kept (see stream_memory).
 *
 * Begin drops a stream that was not finished; so does kpfd_check_free(). Between begin and finish
 * no other filing can be checked. A feed that fails spoils the stream: finish then answers
 * KPFD_UNCHECKED with its reason. */
KPFD_API kpfd_status kpfd_check_begin(kpfd_check* check, const char* name);
KPFD_API kpfd_status kpfd_check_feed(kpfd_check* check, const void* bytes, size_t size);
KPFD_API kpfd_verdict kpfd_check_finish(kpfd_check* check);

/* Stops what the check does, from any thread or from a callback, and everything that it is asked to
 * do later: those filings are unchecked. The check must not have been freed. */
KPFD_API void kpfd_check_cancel(kpfd_check* check);

/* The verdict on the filing that was checked last; KPFD_UNCHECKED before there was one. */
KPFD_API kpfd_verdict kpfd_check_verdict(kpfd_check* check);

/* What is known of the filing that was checked last. */
KPFD_API kpfd_status kpfd_check_summary(kpfd_check* check, kpfd_summary* summary);

/* The same as JSON, with all counts: the summary that `kpfd check --format jsonl` tells, without a
 * line end. It lives until the check is used again or freed; "" when it fails. */
KPFD_API const char* kpfd_check_summary_json(kpfd_check* check);

/* Frees a check; null is nothing to free. Refused with KPFD_E_BUSY while the check is at work: then
 * it is still there. */
KPFD_API kpfd_status kpfd_check_free(kpfd_check* check);

#ifdef __cplusplus
}
#endif

#endif
