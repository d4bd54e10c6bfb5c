// The JavaScript side of host.hpp. `Module.host` is set by the loader (core.js):
//   read(file, offset, size) => Uint8Array, or null where the file cannot be read
//   take(channel, bytes)        a copy of what is handed over
//   goOn(done, all) => false to stop
//   fits(pattern, text) => whether the whole text has the form
mergeInto(LibraryManager.library, {
  kpfd_host_read: function (file, offset, to, size) {
    var bytes = Module['host'].read(file, offset, size);
    if (!bytes) return -1;
    HEAPU8.set(bytes, to);
    return bytes.length;
  },
  kpfd_host_take: function (channel, bytes, size) {
    Module['host'].take(channel, HEAPU8.slice(bytes, bytes + size));
  },
  kpfd_host_go_on: function (done, all) {
    return Module['host'].goOn(done, all) ? 1 : 0;
  },
  kpfd_host_fits: function (pattern, patternSize, text, textSize) {
    return Module['host'].fits(HEAPU8.slice(pattern, pattern + patternSize), HEAPU8.slice(text, text + textSize)) ? 1 : 0;
  },
});
