// The installed npm package: the same verdicts and findings, in every field, as the command on all sample filings.
//
//   node package_test.cjs ROOT KPFD      in a folder with the package in node_modules
'use strict';

const assert = require('node:assert/strict');
const { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { execFileSync, spawnSync } = require('node:child_process');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { test } = require('node:test');
const kpfd = require('kpfd');

const [root, command] = process.argv.slice(2);
const sample = (...path) => join(root, 'samples', ...path);
const good = sample('valid', 'mixed-kpfd', 'input', 'KPFD0006.CSV');
const asOf = '2026-07-31';

test('every sample, in both languages, with and without values', async () => {
  const { cases, saidByCommand } = await import(pathToFileURL(join(root, 'tests', 'desk', 'cases.mjs')));
  let findings = 0;
  const all = cases(root);
  for (const [at, one] of all.entries()) {
    const language = at % 2 ? 'en' : 'ja';
    const showValues = at % 3 === 0;
    const expected = saidByCommand(command, one, language, showValues ? ['--show-values'] : []);
    const result = await kpfd.check(readFileSync(one.path), { fileName: one.fileName, asOf: one.asOf, language, showValues });
    assert.deepEqual([...result.findings, result.summary], expected, one.name);
    assert.equal(result.verdict, expected.at(-1).verdict);
    findings += result.findings.length;
  }
  assert.ok(findings > 200, `only ${findings} findings in ${all.length} filings`);
});

test('a file that is read in pieces', async () => {
  const bytes = readFileSync(good);
  const whole = await kpfd.check(bytes, { fileName: 'KPFD0006.CSV', asOf });
  const pieces = await kpfd.checkFile(good, { asOf });
  assert.deepEqual(pieces, whole);
  const short = { size: bytes.length, read: () => { throw new Error('gone'); } };
  assert.equal((await kpfd.check(short, { asOf })).verdict, 'unchecked');
});

test('findings as they come, and no more than asked for', async () => {
  const bad = execFileSync(command, ['sample', '--form', 'bonus', '--records', '3000', '--seed', '3', '--as-of', asOf]);
  const broken = Buffer.from(bad.toString('latin1').replaceAll('\r\n2265700,', '\r\n2265700,X'), 'latin1');
  const got = [];
  let calls = 0;
  const result = await kpfd.check(broken, { asOf, onFindings: (some) => { ++calls; got.push(...some); } });
  assert.equal(result.verdict, 'reject');
  assert.equal(result.findings.length, 0);
  assert.equal(got.length, result.summary.errors + result.summary.warnings);
  assert.ok(calls > 1);
  const few = await kpfd.check(broken, { asOf, maxFindings: 10 });
  assert.equal(few.findings.length, 10);
  assert.equal(few.findingsNotShown, got.length - 10);
  assert.equal(few.summary.errors, result.summary.errors);
});

test('stopped by its caller', async () => {
  const large = execFileSync(command, ['sample', '--form', 'bonus', '--records', '60000', '--as-of', asOf], { maxBuffer: 1 << 27 });
  const result = await kpfd.check(large, { asOf, progress: () => false });
  assert.equal(result.verdict, 'unchecked');
});

test('reports are those of the command', async () => {
  const path = sample('invalid', 'rule-bonus-total', 'input', 'KPFD0006.CSV');
  for (const format of ['html', 'csv', 'text']) {
    let said;
    try {
      said = execFileSync(command, ['check', '--format', format, '--lang', 'ja', '--as-of', asOf, path]).toString();
    } catch (error) {
      said = error.stdout.toString();
    }
    assert.equal(await kpfd.report(readFileSync(path), { fileName: path, asOf, format }), said, format);
  }
});

test('repair makes what the command makes', async () => {
  const path = sample('invalid', 'enc-utf8-file', 'input', 'KPFD0006.CSV');
  const result = await kpfd.repair(readFileSync(path), { fileName: 'KPFD0006.CSV', asOf });
  const expected = execFileSync(command, ['repair', path, '-o', '-', '--as-of', asOf], { stdio: ['ignore', 'pipe', 'ignore'] });
  assert.ok(result.changes.length > 0);
  assert.deepEqual(Buffer.from(result.bytes), expected);
  assert.equal(result.summary.verdict, 'accept');
});

test('explain and version', async () => {
  const told = await kpfd.explain('MONTH-SUM', { language: 'en' });
  assert.equal(told.id, 'MONTH-SUM');
  assert.ok(told.title && told.what && told.fix);
  assert.equal(await kpfd.explain('NO-SUCH-RULE'), undefined);
  const said = execFileSync(command, ['--version']).toString();
  assert.ok(said.includes(kpfd.version), said);
});

test('a profile, and faults in one', async () => {
  await assert.rejects(kpfd.open({ profile: { xml: '<profile' } }), (error) => error instanceof kpfd.KpfdError && /profile\.xml/.test(error.message));
  const folder = join(root, 'schemas', 'profiles');
  const xml = readFileSync(join(folder, 'kasumino.xml'));
  await assert.rejects(kpfd.open({ profile: { xml } }), /kasumino-offices\.csv/);
  const roster = readFileSync(join(folder, 'kasumino-offices.csv'));
  const checker = await kpfd.open({ language: 'en', profile: { name: 'kasumino.xml', xml, roster } });
  assert.equal(checker.facts.profile.key, 'kasumino');
  const { findings, summary } = checker.check(readFileSync(good), { fileName: 'KPFD0006.CSV', asOf });
  checker.close();
  const { saidByCommand } = await import(pathToFileURL(join(root, 'tests', 'desk', 'cases.mjs')));
  const one = { path: good, fileName: 'KPFD0006.CSV', asOf };
  assert.deepEqual([...findings, summary], saidByCommand(command, one, 'en', ['--profile', join(folder, 'kasumino.xml')]));
});

test('a profile with a fault is refused as the command refuses it', async () => {
  const { badProfiles } = await import(pathToFileURL(join(root, 'tests', 'desk', 'profiles.mjs')));
  const folder = join(root, 'schemas', 'profiles');
  const place = mkdtempSync(join(tmpdir(), 'kpfd-profiles-'));
  for (const name of ['kasumino-offices.csv', 'kasumino-numbers.csv']) copyFileSync(join(folder, name), join(place, name));
  const roster = readFileSync(join(folder, 'kasumino-offices.csv'));
  const bad = badProfiles(readFileSync(join(folder, 'kasumino.xml'), 'utf8'));
  assert.ok(bad.length > 150);
  const before = [process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection')];
  for (const { name, xml } of bad) {
    writeFileSync(join(place, 'profile.xml'), xml);
    const said = spawnSync(command, ['check', '--profile', join(place, 'profile.xml'), good]);
    assert.equal(said.status, 2, `the command takes ${name}`);
    await assert.rejects(kpfd.open({ profile: { name: 'profile.xml', xml, roster } }), (error) => error instanceof kpfd.KpfdError, `the library takes ${name}`);
  }
  rmSync(place, { recursive: true });
  // So many libraries have left nothing in the process.
  assert.deepEqual([process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection')], before);
});

test('what is no filing and no bytes', async () => {
  assert.equal((await kpfd.check(new Uint8Array(0))).findings[0].rule, 'FILE-EMPTY');
  assert.equal((await kpfd.check(Buffer.from('PK\u0003\u0004xxxxxxxxxxxxxxxxxxx'))).findings[0].rule, 'FILE-ZIP');
  await assert.rejects(kpfd.check('text'), TypeError);
  await assert.rejects(kpfd.check(new Uint8Array(1), { asOf: 'today' }), TypeError);
});

test('as an ES module', async () => {
  const { check } = await import('kpfd');
  assert.equal((await check(readFileSync(good), { asOf })).verdict, 'accept');
});
