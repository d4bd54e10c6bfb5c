// Behind core.js and the compiled loader, in a worker of the page: files in, lines out. One job at a time; to cancel, the
// page ends the worker and begins another.

/** Files up to this size are read at once. */
const READ_AT_ONCE = 64 * 1024 * 1024;
const PIECE = 4 * 1024 * 1024;
const PROGRESS_EVERY = 60;

let core;
let desk;

/** A file of the browser for the library. */
async function fileOf(file, name) {
  if (file.size <= READ_AT_ONCE) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    return fileOfBytes(name, bytes);
  }
  const reader = new FileReaderSync();
  let begin = 0;
  let piece = new Uint8Array(0);
  return {
    name,
    size: file.size,
    read(offset, size) {
      if (offset < begin || offset + size > begin + piece.length) {
        begin = offset;
        piece = new Uint8Array(reader.readAsArrayBuffer(file.slice(offset, offset + Math.max(size, PIECE))));
      }
      return piece.subarray(offset - begin, offset - begin + size);
    },
  };
}

function progressOf(job) {
  let last = 0;
  return (done, all) => {
    const now = performance.now();
    if (now - last > PROGRESS_EVERY) {
      last = now;
      postMessage({ job, progress: { done, all } });
    }
    return true;
  };
}

const WORK = {
  /** The compiled library, and then an engine for the language and the profile. */
  async open({ compiled, language, profile }) {
    if (compiled) core = await KpfdCore.open(makeKpfd, compiled);
    const next = new KpfdDesk(core, { language, profile });
    if (desk) desk.close();
    desk = next;
    return { facts: desk.facts };
  },

  async check({ job, file, name, options }) {
    const source = await fileOf(file, name);
    desk.check(source, {
      ...options,
      details: true,
      progress: progressOf(job),
      onLines: (lines) => postMessage({ job, lines }),
    });
    return {};
  },

  async totals({ job, file, name, options }) {
    return { totals: desk.totals(await fileOf(file, name), { ...options, progress: progressOf(job) }) };
  },

  async repair({ job, file, name, options }) {
    const { lines, bytes } = desk.repair(await fileOf(file, name), { ...options, progress: progressOf(job) });
    return { lines, bytes };
  },

  async report({ job, file, name, options }) {
    const pieces = [];
    desk.report(await fileOf(file, name), {
      ...options,
      progress: progressOf(job),
      onText: (bytes) => pieces.push(bytes),
    });
    return { pieces };
  },

  async precheck({ files, options }) {
    const sources = [];
    for (const { file, name } of files) sources.push(await fileOf(file, name));
    return desk.precheck(sources, { ...options, key: crypto.getRandomValues(new Uint8Array(32)) });
  },
};

onmessage = async ({ data }) => {
  try {
    const answer = await WORK[data.type](data);
    postMessage({ job: data.job, done: answer });
  } catch (error) {
    const reason = error instanceof KpfdError ? 'library' : error && error.name === 'NotReadableError' ? 'unreadable' : 'broken';
    postMessage({ job: data.job, failed: { reason, message: error && error.message ? String(error.message) : '' } });
  }
};
