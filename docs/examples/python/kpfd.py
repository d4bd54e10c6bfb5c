"""The check of filings (KPFD0006.CSV, SHFD0006.CSV), by ctypes: Python 3.8 or newer and libkpfd are all it needs.

    import kpfd

    with kpfd.Engine(check_date="2026-07-31", language="en") as engine:
        result = engine.check_path("KPFD0006.CSV")
        if result.verdict == "accept":
            ...                                  # it may be sent; hold the file for every other verdict
        for finding in result.findings:
            print(finding.line, finding.item, finding.severity, finding.message)

The library is looked for under the name in KPFD_LIBRARY, else as kpfd.dll or libkpfd.so.1. docs/c-api.md says what
each member means.
"""

import ctypes
import json
import os
from typing import Callable, Dict, Iterable, List, NamedTuple, Optional

_ABI_VERSION = 1
VERDICTS = ("unchecked", "accept", "reject")
SEVERITIES = ("info", "warning", "error")


class Error(Exception):
    """An engine or a check could not be made. A file that cannot be checked is no Error but the verdict 'unchecked'."""


class Finding(NamedTuple):
    line: int  # from 1; 0: the whole file
    item: int  # from 1; 0: the whole line
    severity: str  # of SEVERITIES
    rule: str
    form: str
    key: str
    message: str
    reason: str
    attachment: str
    value: Optional[str]  # only if show_values is set
    offset: int
    length: int


class Result(NamedTuple):
    verdict: str  # of VERDICTS
    reason: str  # why it is unchecked; else ""
    findings: List[Finding]
    summary: Dict  # what `kpfd check --format jsonl` tells


class _File(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("bytes", ctypes.c_char_p), ("size", ctypes.c_size_t)]


class _EngineOptions(ctypes.Structure):
    _fields_ = [
        ("struct_size", ctypes.c_uint32),
        ("abi_version", ctypes.c_uint32),
        ("language", ctypes.c_char_p),
        ("check_date", ctypes.c_char_p),
        ("schemas", ctypes.POINTER(_File)),
        ("schemas_count", ctypes.c_size_t),
        ("profile", ctypes.POINTER(_File)),
        ("roster", ctypes.POINTER(_File)),
    ]


class _Finding(ctypes.Structure):
    _fields_ = [
        ("struct_size", ctypes.c_uint32),
        ("abi_version", ctypes.c_uint32),
        ("severity", ctypes.c_int32),
        ("item", ctypes.c_uint32),
        ("line", ctypes.c_uint64),
        ("offset", ctypes.c_uint64),
        ("length", ctypes.c_uint64),
        ("rule", ctypes.c_char_p),
        ("form", ctypes.c_char_p),
        ("key", ctypes.c_char_p),
        ("message", ctypes.c_char_p),
        ("reason", ctypes.c_char_p),
        ("attachment", ctypes.c_char_p),
        ("value", ctypes.c_char_p),
    ]


_ON_FINDING = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Finding), ctypes.c_void_p)
_ON_PROGRESS = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint64, ctypes.c_uint64, ctypes.c_void_p)


class _CheckOptions(ctypes.Structure):
    _fields_ = [
        ("struct_size", ctypes.c_uint32),
        ("abi_version", ctypes.c_uint32),
        ("check_date", ctypes.c_char_p),
        ("edition", ctypes.c_char_p),
        ("on_finding", _ON_FINDING),
        ("on_progress", _ON_PROGRESS),
        ("user", ctypes.c_void_p),
        ("stream_memory", ctypes.c_uint64),
        ("show_values", ctypes.c_int32),
        ("threads", ctypes.c_uint32),
    ]


def _load():
    name = os.environ.get("KPFD_LIBRARY") or ("kpfd.dll" if os.name == "nt" else "libkpfd.so.1")
    library = ctypes.CDLL(name)
    functions = {
        "kpfd_version": (ctypes.c_char_p, []),
        "kpfd_abi_version": (ctypes.c_uint32, []),
        "kpfd_last_error": (ctypes.c_char_p, []),
        "kpfd_engine_open": (ctypes.c_int, [ctypes.POINTER(_EngineOptions), ctypes.POINTER(ctypes.c_void_p)]),
        "kpfd_engine_edition": (ctypes.c_char_p, [ctypes.c_void_p]),
        "kpfd_engine_rules_hash": (ctypes.c_char_p, [ctypes.c_void_p]),
        "kpfd_engine_free": (None, [ctypes.c_void_p]),
        "kpfd_check_open": (
            ctypes.c_int,
            [ctypes.c_void_p, ctypes.POINTER(_CheckOptions), ctypes.POINTER(ctypes.c_void_p)],
        ),
        "kpfd_check_buffer": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t]),
        "kpfd_check_path": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_char_p]),
        "kpfd_check_begin": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_char_p]),
        "kpfd_check_feed": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]),
        "kpfd_check_finish": (ctypes.c_int, [ctypes.c_void_p]),
        "kpfd_check_cancel": (None, [ctypes.c_void_p]),
        "kpfd_check_summary_json": (ctypes.c_char_p, [ctypes.c_void_p]),
        "kpfd_check_free": (ctypes.c_int, [ctypes.c_void_p]),
    }
    for function, (result, arguments) in functions.items():
        getattr(library, function).restype = result
        getattr(library, function).argtypes = arguments
    if library.kpfd_abi_version() != _ABI_VERSION:
        raise Error("this module is for version %d of the interface" % _ABI_VERSION)
    return library


_library = _load()


def version() -> str:
    return _library.kpfd_version().decode()


def _text(value):
    """A str or a path => bytes that end where C takes them to end."""
    if value is None:
        return None
    encoded = os.fsencode(value) if isinstance(value, os.PathLike) else value.encode(errors="surrogateescape")
    if b"\0" in encoded:
        raise ValueError("a text with a zero byte")
    return encoded


def _last_error() -> str:
    return _library.kpfd_last_error().decode()


class Engine:
    """The schemas, made ready. Any number of threads may check with one engine."""

    def __init__(
        self,
        check_date: str,
        language: str = "ja",
        schemas: Optional[Dict[str, bytes]] = None,
        profile: Optional[bytes] = None,
        roster: Optional[bytes] = None,
    ):
        """`schemas`: files by their names, such as layouts/2225700-2018-03.xml, in the places of built-in ones.
        `profile`: the bytes of a union's profile, and `roster` those of the office list that it names."""
        options = _EngineOptions(struct_size=ctypes.sizeof(_EngineOptions), abi_version=_ABI_VERSION)
        options.language = _text(language)
        options.check_date = _text(check_date)
        files = [_File(_text(name), content, len(content)) for name, content in (schemas or {}).items()]
        options.schemas = (_File * len(files))(*files)
        options.schemas_count = len(files)
        if profile is not None:
            options.profile = ctypes.pointer(_File(b"profile.xml", profile, len(profile)))
        if roster is not None:
            options.roster = ctypes.pointer(_File(b"roster.csv", roster, len(roster)))
        self._engine = ctypes.c_void_p()
        if _library.kpfd_engine_open(ctypes.byref(options), ctypes.byref(self._engine)) != 0:
            raise Error(_last_error())

    def close(self):
        _library.kpfd_engine_free(self._engine)
        self._engine = ctypes.c_void_p()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def edition(self) -> str:
        return _library.kpfd_engine_edition(self._engine).decode()

    @property
    def rules_hash(self) -> str:
        return _library.kpfd_engine_rules_hash(self._engine).decode()

    def check_path(self, path, **options) -> Result:
        return self._check(lambda check: _library.kpfd_check_path(check, _text(path)), **options)

    def check_bytes(self, content: bytes, name: Optional[str] = None, **options) -> Result:
        return self._check(
            lambda check: _library.kpfd_check_buffer(check, _text(name), content, len(content)), **options
        )

    def check_stream(self, pieces: Iterable[bytes], name: Optional[str] = None, **options) -> Result:
        """Of a stream that raises an exception nothing is said: it passes on."""

        def feed(check):
            _library.kpfd_check_begin(check, _text(name))
            for piece in pieces:
                if _library.kpfd_check_feed(check, piece, len(piece)) != 0:
                    break  # finish says why
            return _library.kpfd_check_finish(check)

        return self._check(feed, **options)

    def _check(
        self,
        work,
        show_values: bool = False,
        edition: Optional[str] = None,
        check_date: Optional[str] = None,
        on_finding: Optional[Callable[[Finding], bool]] = None,
        on_progress: Optional[Callable[[int, int], bool]] = None,
    ) -> Result:
        """The callbacks return True to stop the check; what they raise stops it and is raised again."""
        findings: List[Finding] = []
        raised: List[BaseException] = []

        def guarded(callback, *arguments) -> int:
            # An exception cannot pass through C.
            try:
                return 1 if callback(*arguments) else 0
            except BaseException as error:  # pylint: disable=broad-except
                raised.append(error)
                return 1

        def keep(pointer):
            told = pointer.contents
            finding = Finding(
                told.line,
                told.item,
                SEVERITIES[told.severity],
                told.rule.decode(),
                told.form.decode(),
                told.key.decode(),
                told.message.decode(),
                told.reason.decode(),
                told.attachment.decode(),
                None if told.value is None else told.value.decode(),
                told.offset,
                told.length,
            )
            findings.append(finding)
            return on_finding(finding) if on_finding else False

        options = _CheckOptions(struct_size=ctypes.sizeof(_CheckOptions), abi_version=_ABI_VERSION)
        options.check_date = _text(check_date)
        options.edition = _text(edition)
        options.show_values = 1 if show_values else 0
        options.on_finding = _ON_FINDING(lambda finding, _: guarded(keep, finding))
        if on_progress:
            options.on_progress = _ON_PROGRESS(lambda done, size, _: guarded(on_progress, done, size))
        check = ctypes.c_void_p()
        if _library.kpfd_check_open(self._engine, ctypes.byref(options), ctypes.byref(check)) != 0:
            raise Error(_last_error())
        try:
            verdict = work(check)
            if raised:
                raise raised[0]
            reason = _last_error() if verdict == 0 else ""
            return Result(VERDICTS[verdict], reason, findings, json.loads(_library.kpfd_check_summary_json(check)))
        finally:
            _library.kpfd_check_free(check)
