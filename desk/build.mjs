#!/usr/bin/env node
// Makes what is handed out of what was compiled: the page, in one file, and the folder of the npm package.
//
//   node desk/build.mjs page COMPILED OUTPUT [--profile FILE] [--roster FILE]
//   node desk/build.mjs package COMPILED FOLDER
//
// COMPILED is the folder with kpfd_core.js and kpfd_core.wasm. The same files give the same bytes.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const source = (...path) => readFileSync(join(here, ...path), 'utf8');

function fail(message) {
  console.error(`desk/build.mjs: ${message}`);
  process.exit(1);
}

const version = /VERSION (\d+\.\d+\.\d+)/.exec(readFileSync(join(root, 'CMakeLists.txt'), 'utf8'))[1];

/** What the policy allows an inline element by. */
const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Text that stands in an element of HTML as it is. */
function inElement(text, tag, what) {
  if (new RegExp(`</${tag}|<!--[^]*<${tag}`, 'i').test(text)) fail(`${what}: it cannot stand in a page, as there is <${tag}> in it`);
  return text;
}

function texts() {
  const all = JSON.parse(source('page', 'texts.json'));
  const [ja, en] = [all.ja, all.en].map((one) => Object.keys(one).sort().join());
  if (ja !== en) fail('texts.json does not say the same in both languages');
  return all;
}

/** The policy of the page: nothing is fetched, sent, framed or embedded, whatever the scripts do. */
function policy(style, script) {
  return [
    "default-src 'none'",
    `script-src ${hash(script)} 'wasm-unsafe-eval' blob:`,
    'worker-src blob:',
    `style-src ${hash(style)}`,
    'img-src data:',
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ');
}

function makePage(compiled, output, { profile, roster }) {
  const script = inElement(`const TEXTS = ${JSON.stringify(texts())};\n${source('page', 'page.js')}`, 'script', 'page.js');
  const style = inElement(source('page', 'page.css'), 'style', 'page.css');
  const worker = inElement(
    [readFileSync(join(compiled, 'kpfd_core.js'), 'utf8'), source('core', 'core.js'), source('page', 'worker.js')].join('\n'),
    'script',
    'the worker',
  );
  const core = gzipSync(readFileSync(join(compiled, 'kpfd_core.wasm')), { level: 9 }).toString('base64');
  const optional = (file) => (file ? inElement(readFileSync(file, 'utf8'), 'script', file) : '');
  const parts = {
    CSP: policy(style, script),
    STYLE: style,
    WORKER: worker,
    CORE: core,
    PROFILE: optional(profile),
    ROSTER: optional(roster),
    SCRIPT: script,
  };
  const page = source('page', 'page.html').replace(/@([A-Z]+)@/g, (_, name) => parts[name] ?? fail(`page.html: @${name}@ is nothing`));
  writeFileSync(output, page);
  console.log(`${output}: ${Buffer.byteLength(page).toLocaleString('en-US')} bytes`);
}

function makePackage(compiled, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ['kpfd_core.js', 'kpfd_core.wasm']) copyFileSync(join(compiled, name), join(folder, name));
  for (const name of ['index.js', 'index.mjs', 'index.d.ts', 'README.md']) copyFileSync(join(here, 'npm', name), join(folder, name));
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'core.js'), `${source('core', 'core.js')}\nmodule.exports = { KpfdCore, KpfdDesk, KpfdError, fileOfBytes };\n`);
  const description = { ...JSON.parse(source('npm', 'package.json')), version };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(description, null, 2)}\n`);
}

const [what, compiled, output, ...rest] = process.argv.slice(2);
const options = {};
for (let at = 0; at < rest.length; at += 2) {
  const name = /^--(profile|roster)$/.exec(rest[at])?.[1];
  if (!name || !rest[at + 1]) fail('usage: build.mjs page|package COMPILED OUTPUT [--profile FILE] [--roster FILE]');
  options[name] = rest[at + 1];
}
if (!output) fail('usage: build.mjs page|package COMPILED OUTPUT [--profile FILE] [--roster FILE]');
if (what === 'page') makePage(compiled, output, options);
else if (what === 'package') makePackage(compiled, output);
else fail(`there is no '${what}' to make`);
