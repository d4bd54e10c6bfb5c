// The library in JavaScript: a class over the functions of bridge.cpp. The page's worker and the npm package are built of
// this file; it asks for nothing that only one of them has.

/** Channels of host.hpp. */
const LINES = 0;
const BYTES = 1;
const TEXT = 2;
const FAILURE = 3;

const VERDICTS = ['accept', 'reject', 'unchecked'];

/** Something could not be done; `message` is for people. */
class KpfdError extends Error {
  constructor(message) {
    super(message);
    this.name = 'KpfdError';
  }
}

/**
 * A file that the library reads in pieces.
 * @typedef {{name: string, size: number, read: (offset: number, size: number) => Uint8Array | null}} KpfdFile
 */

/** @returns {KpfdFile} a file of bytes in memory */
function fileOfBytes(name, bytes) {
  return { name, size: bytes.length, read: (offset, size) => bytes.subarray(offset, offset + size) };
}

/** Today in Japan, where filings are due: `2026-07-31`. */
function todayInJapan(now = Date.now()) {
  return new Date(now + 9 * 3600 * 1000).toISOString().slice(0, 10);
}

/** Now in Japan: `2026-07-31T18:00:00+09:00`. */
function nowInJapan(now = Date.now()) {
  return new Date(now + 9 * 3600 * 1000).toISOString().slice(0, 19) + '+09:00';
}

class KpfdCore {
  /**
   * @param make the function of the compiled loader
   * @param {WebAssembly.Module} compiled
   */
  static async open(make, compiled) {
    const core = new KpfdCore();
    const module = await make({
      host: core,
      instantiateWasm(imports, done) {
        WebAssembly.instantiate(compiled, imports).then((instance) => done(instance));
        return {};
      },
    });
    core.module = module;
    return core;
  }

  constructor() {
    // A byte order mark belongs to the text.
    this.decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    this.encoder = new TextEncoder();
    this.call = null;
  }

  // ---- what host.js asks for ----

  read(file, offset, size) {
    try {
      return this.call.file.read(offset, size);
    } catch {
      return null;
    }
  }

  take(channel, bytes) {
    const call = this.call;
    if (channel === LINES) {
      const text = this.decoder.decode(bytes).trimEnd();
      if (text) {
        const lines = JSON.parse('[' + text.replaceAll('\n', ',') + ']');
        if (call.onLines) call.onLines(lines);
        else for (const line of lines) call.lines.push(line);
      }
    } else if (channel === BYTES) {
      call.bytes = bytes;
    } else if (channel === TEXT) {
      if (call.onText) call.onText(bytes);
      else call.text += this.decoder.decode(bytes);
    } else if (channel === FAILURE) {
      call.failure = this.decoder.decode(bytes);
    }
  }

  goOn(done, all) {
    return !this.call.progress || this.call.progress(done, all) !== false;
  }

  /** A pattern of XSD holds for the whole value. */
  fits(pattern, text) {
    return new RegExp(`^(?:${this.decoder.decode(pattern)})$`, 'u').test(this.decoder.decode(text));
  }

  // ---- calls ----

  /**
   * Calls a function of the library. Strings and bytes are laid down for it, and taken away behind it.
   * @returns {{result: number, lines: object[], text: string, bytes: Uint8Array | undefined}}
   */
  invoke(name, parameters, listen = {}) {
    if (this.call) throw new KpfdError('the library is at work');
    const call = { lines: [], text: '', bytes: undefined, failure: undefined, ...listen };
    this.call = call;
    const laid = [];
    try {
      const flat = [];
      for (const parameter of parameters) {
        if (typeof parameter === 'string' || parameter instanceof Uint8Array) {
          const bytes = typeof parameter === 'string' ? this.encoder.encode(parameter) : parameter;
          const place = this.module._malloc(bytes.length || 1);
          if (!place) throw new KpfdError('there is not enough memory');
          laid.push(place);
          this.module.HEAPU8.set(bytes, place);
          flat.push(place, bytes.length);
        } else {
          flat.push(Number(parameter));
        }
      }
      call.result = this.module['_kpfd_desk_' + name](...flat);
      if (call.failure !== undefined) throw new KpfdError(call.failure);
      return call;
    } finally {
      for (const place of laid) this.module._free(place);
      this.call = null;
    }
  }
}

/** An engine with the words of a language, and perhaps a union's profile. */
class KpfdDesk {
  /**
   * @param {KpfdCore} core
   * @param {{language?: string, profile?: {name?: string, xml: string | Uint8Array, roster?: string | Uint8Array}}} options
   */
  constructor(core, options = {}) {
    this.core = core;
    this.language = options.language === 'en' ? 'en' : 'ja';
    this.desk = core.invoke('new', [this.language]).result;
    if (options.profile) {
      const { name = 'profile.xml', xml, roster = '' } = options.profile;
      try {
        core.invoke('profile', [this.desk, name, xml, roster]);
      } catch (error) {
        this.close();
        throw error;
      }
    }
    this.facts = core.invoke('facts', [this.desk]).lines[0];
  }

  close() {
    if (this.desk) this.core.invoke('free', [this.desk]);
    this.desk = 0;
  }

  wish(file, options) {
    return [this.desk, 0, file.size, file.name, options.asOf || todayInJapan(), options.edition || ''];
  }

  /**
   * Checks a file. The lines are those of `kpfd check --format jsonl`; with `details`, there are others among them
   * (details.hpp).
   * @param {KpfdFile} file
   */
  check(file, options = {}) {
    const most = options.maxFindings === undefined ? -1 : options.maxFindings;
    return this.core.invoke('check', [...this.wish(file, options), options.details, options.showValues, most].map(orZero), {
      file,
      progress: options.progress,
      onLines: options.onLines,
    });
  }

  /** A report for people: `format` is `html`, `csv` or `text`. Its text, or its bytes to `onText`, some at a time. */
  report(file, options = {}) {
    return this.core.invoke('report', [...this.wish(file, options), options.format || 'html', options.showValues].map(orZero), {
      file,
      progress: options.progress,
      onText: options.onText,
    });
  }

  /** Amounts and counts by form and office, or undefined where the file has errors. */
  totals(file, options = {}) {
    return this.core.invoke('totals', this.wish(file, options), { file, progress: options.progress }).lines[0];
  }

  /** The repaired file: `bytes`, and the lines of `kpfd repair --format jsonl`; no bytes where it is no filing. */
  repair(file, options = {}) {
    const accepted = (options.accept || []).join(',');
    return this.core.invoke('repair', [...this.wish(file, options), accepted], { file, progress: options.progress });
  }

  /** The check of files that are sent together, as `kpfd precheck --menu application`: its lines, and the receipt. */
  precheck(files, options) {
    const lines = [];
    this.core.invoke('send_begin', [this.desk, options.asOf || todayInJapan(), options.key]);
    for (const file of files) {
      lines.push(...this.core.invoke('send_add', [this.desk, 0, file.size, file.name], { file }).lines);
    }
    const end = this.core.invoke('send_end', [this.desk, options.madeAt || nowInJapan()]);
    return { lines: [...lines, ...end.lines], receipt: end.text };
  }

  /** What a check or a rule means, or undefined. */
  explain(rule) {
    return this.core.invoke('explain', [this.desk, rule]).lines[0];
  }
}

function orZero(parameter) {
  return parameter === undefined || parameter === false ? 0 : parameter === true ? 1 : parameter;
}
