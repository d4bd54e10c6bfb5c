// The package for Node.js: the same check as the command `kpfd` and the page, in WebAssembly.
'use strict';

const { readFileSync, openSync, readSync, fstatSync, closeSync } = require('node:fs');
const { basename, join } = require('node:path');
const makeKpfd = require('./kpfd_core.js');
const { KpfdCore, KpfdDesk, KpfdError, fileOfBytes } = require('./core.js');

let compiled;

/** A core of its own for each desk: a call does not wait for another's. */
async function newCore() {
  compiled ??= WebAssembly.compile(readFileSync(join(__dirname, 'kpfd_core.wasm')));
  return KpfdCore.open(makeKpfd, await compiled);
}

/** What is to be checked, as the core reads it. */
function fileOf(input, name) {
  if (input instanceof Uint8Array) return fileOfBytes(name, input);
  if (input instanceof ArrayBuffer) return fileOfBytes(name, new Uint8Array(input));
  if (input && typeof input.read === 'function' && typeof input.size === 'number') {
    return { name, size: input.size, read: (offset, size) => input.read(offset, size) };
  }
  throw new TypeError('kpfd: give the bytes of a filing (Uint8Array), or {size, read(offset, size)}');
}

function optionsOf(options) {
  const { fileName = '', asOf, edition, showValues, maxFindings, progress } = options;
  if (asOf !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(asOf)) {
    throw new TypeError('kpfd: asOf is a day, YYYY-MM-DD');
  }
  return { fileName, call: { asOf, edition, showValues, maxFindings, progress } };
}

class Checker {
  constructor(core, options) {
    this.core = core;
    this.desk = new KpfdDesk(core, options);
  }

  get facts() {
    const { type, ...facts } = this.desk.facts;
    return facts;
  }

  check(input, options = {}) {
    const { fileName, call } = optionsOf(options);
    const findings = [];
    let summary;
    let cut = 0;
    const onLines = (lines) => {
      const batch = [];
      for (const line of lines) {
        if (line.type === 'finding') batch.push(line);
        else if (line.type === 'cut') cut = line.findings_not_shown;
        else if (line.type === 'summary') summary = line;
      }
      if (options.onFindings) {
        if (batch.length) options.onFindings(batch);
      } else {
        for (const finding of batch) findings.push(finding);
      }
    };
    this.desk.check(fileOf(input, fileName), { ...call, onLines });
    return { verdict: summary.verdict, summary, findings, findingsNotShown: cut };
  }

  repair(input, options = {}) {
    const { fileName, call } = optionsOf(options);
    const { lines, bytes } = this.desk.repair(fileOf(input, fileName), { ...call, accept: options.accept });
    return {
      bytes,
      changes: lines.filter((line) => line.type === 'repair'),
      offers: lines.filter((line) => line.type === 'offer'),
      findings: lines.filter((line) => line.type === 'finding'),
      summary: lines.find((line) => line.type === 'summary'),
    };
  }

  explain(rule) {
    const told = this.desk.explain(rule);
    if (!told) return undefined;
    const { type, ...explanation } = told;
    return explanation;
  }

  close() {
    this.desk.close();
  }
}

/** A checker for a language and a profile, to be used again and again. */
async function open(options = {}) {
  return new Checker(await newCore(), options);
}

const ready = new Map();

/** A checker without a profile, made when it is asked for first. */
function standard(language = 'ja') {
  const key = language === 'en' ? 'en' : 'ja';
  if (!ready.has(key)) ready.set(key, open({ language: key }));
  return ready.get(key);
}

async function withChecker(options, work) {
  if (!options.profile) return work(await standard(options.language));
  const checker = await open(options);
  try {
    return work(checker);
  } finally {
    checker.close();
  }
}

async function check(input, options = {}) {
  return withChecker(options, (checker) => checker.check(input, options));
}

async function checkFile(path, options = {}) {
  const descriptor = openSync(path, 'r');
  try {
    const input = {
      size: fstatSync(descriptor).size,
      read(offset, size) {
        const bytes = new Uint8Array(size);
        return bytes.subarray(0, readSync(descriptor, bytes, 0, size, offset));
      },
    };
    return await check(input, { fileName: basename(path), ...options });
  } finally {
    closeSync(descriptor);
  }
}

async function repair(input, options = {}) {
  return withChecker(options, (checker) => checker.repair(input, options));
}

async function explain(rule, options = {}) {
  return (await standard(options.language)).explain(rule);
}

const { version } = require('./package.json');

module.exports = { check, checkFile, repair, explain, open, version, KpfdError };
