// The page in Chromium: all flows, the keyboard alone, what it must not do, and the same findings as the command.
//
//   node page_test.mjs ROOT KPFD PAGE FOLDER      modules of package.json in node_modules; what is made goes into FOLDER
//
// KPFD_CHROMIUM names another browser than Debian's.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { cases, saidByCommand } from './cases.mjs';

const [root, command, pageFile, folder] = process.argv.slice(2);
// The modules stand where the test is run, not beside this file.
const require = createRequire(join(process.cwd(), 'package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
mkdirSync(folder, { recursive: true });

const address = pathToFileURL(pageFile).href;
const noon = new Date('2026-07-31T12:00:00+09:00');
const sample = (kind, name, file = 'KPFD0006.CSV') => join(root, 'samples', kind, name, 'input', file);
const made = (name, ...options) => {
  const path = join(folder, name);
  writeFileSync(path, execFileSync(command, ['sample', '--as-of', '2026-07-31', ...options], { maxBuffer: 1 << 28 }));
  return path;
};

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: process.env.KPFD_CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
});
after(() => browser?.close());

/** A page with a log of all that it asks the network for, and of its faults. */
async function open({ at = address, locale = 'ja-JP', time = noon, ...options } = {}) {
  const context = await browser.newContext({ locale, acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.asked = [];
  page.faults = [];
  page.on('request', (request) => page.asked.push(request.url()));
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && page.faults.push(message.text()));
  if (time) await page.clock.setFixedTime(time);
  await page.goto(at);
  await page.waitForSelector('html[data-ready=yes]');
  return page;
}

async function give(page, ...files) {
  await page.setInputFiles('#files', files);
  await settled(page);
}

async function settled(page) {
  await page.waitForFunction(() => !state.busy && document.querySelector('.verdict'), undefined, { timeout: 120000 });
}

const verdict = (page) => page.textContent('.verdict h2');

/** Nothing but the page itself, and what it made itself. */
function silent(page) {
  const others = page.asked.filter((url) => url !== address && !url.startsWith('blob:') && !url.startsWith('data:'));
  assert.deepEqual(others, []);
  assert.deepEqual(page.faults, []);
}

async function close(page) {
  silent(page);
  await page.context().close();
}

async function accessible(page, what) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }));
  assert.deepEqual(
    found.violations.map((one) => `${what}: ${one.id}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')}`),
    [],
  );
}

test('accepts, rejects, and says so large and plain', async () => {
  const page = await open();
  await accessible(page, 'start');
  await give(page, sample('valid', 'mixed-kpfd'));
  assert.equal(await verdict(page), '送信できます');
  await accessible(page, 'accept');
  await give(page, sample('invalid', 'rule-bonus-total'));
  assert.equal(await verdict(page), '送信できません');
  await accessible(page, 'reject');
  assert.match(await page.textContent('.finding'), /項番/);
  assert.match(await page.textContent('.group h4'), /行目/);
  assert.match(await page.textContent('.finding .fix'), /直し方/);
  await page.click('#language');
  await settled(page);
  assert.equal(await verdict(page), 'Cannot be sent');
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  await accessible(page, 'reject in English');
  await close(page);
});

test('what is no filing is told in plain words', async () => {
  const page = await open();
  for (const [name, bytes, words] of [
    ['empty.csv', '', /空|0バイト|何も/],
    ['book.xlsx', 'PK\u0003\u0004' + 'x'.repeat(60), /Excel|ZIP/i],
    ['paper.pdf', '%PDF-1.7\n' + 'x'.repeat(60), /PDF/],
  ]) {
    await give(page, { name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes, 'latin1') });
    assert.equal(await verdict(page), '送信できません', name);
    assert.match(await page.textContent('.finding'), words, name);
  }
  await close(page);
});

test('a file that cannot be read is unchecked, never accepted', async () => {
  const page = await open();
  await page.evaluate(() => {
    const file = new File(['x'], 'KPFD0006.CSV');
    file.arrayBuffer = () => Promise.reject(new DOMException('locked', 'NotReadableError'));
    return checkAll([new Checked(new Proxy({}, {}), 'KPFD0006.CSV')]).catch(() => {});
  });
  await settled(page);
  assert.equal(await verdict(page), '確認できませんでした');
  await accessible(page, 'unchecked');
  await give(page, sample('valid', 'mixed-kpfd'));
  assert.equal(await verdict(page), '送信できます', 'it works on afterwards');
  await page.context().close();
});

test('several files and a dropped one', async () => {
  const page = await open();
  await give(page, sample('valid', 'bonus-2018-03-kpfd'), sample('invalid', 'rule-bonus-total'), sample('valid', 'loss-2018-03-shfd', 'SHFD0006.CSV'));
  assert.equal(await page.locator('#result table').first().locator('tbody tr').count(), 3);
  assert.equal(await verdict(page), '送信できません', 'the worst one is shown');
  await accessible(page, 'several');
  await page.locator('#result tbody button').nth(2).click();
  assert.equal(await verdict(page), '送信できます');
  const bytes = readFileSync(sample('valid', 'mixed-kpfd')).toString('base64');
  await page.evaluate((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], 'KPFD0006.CSV'));
    for (const type of ['dragenter', 'dragover', 'drop']) {
      document.getElementById('drop').dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
    }
  }, bytes);
  await page.waitForFunction(() => state.files.length === 1 && !state.busy);
  assert.equal(await verdict(page), '送信できます');
  await close(page);
});

test('values are masked until they are asked for, a My Number always', async () => {
  const page = await open();
  const path = sample('invalid', 'type-n');
  const number = '123456789012';
  const text = readFileSync(sample('valid', 'acquisition-with-my-number'), 'latin1');
  await give(page, { name: 'KPFD0006.CSV', mimeType: 'text/csv', buffer: Buffer.from(text.replace(/,(\d{12}),/, `,${number.slice(0, 11)}X,`).replace(/\r\n2200700,(\d\d),/, '\r\n2200700,$1,'), 'latin1') });
  const masked = await page.innerText('#result');
  assert.ok(!(await page.locator('.value').count()), 'no value is shown');
  await page.click('.show-values');
  await page.waitForFunction(() => state.showValues && !state.busy);
  const shown = await page.innerText('#result');
  assert.ok(shown.length > masked.length);
  assert.match(shown, /\*{12}/);
  assert.ok(!shown.includes(number.slice(0, 11)), 'a My Number is shown');
  assert.ok(!(await page.content()).replace(/<script[^]*?<\/script>/g, '').includes(number.slice(0, 11)));
  await page.click('.show-values');
  await page.waitForFunction(() => !state.showValues && !state.busy);
  assert.ok(!(await page.locator('.value').count()));
  await close(page);
});

test('filters by kind, form and office', async () => {
  const page = await open();
  const path = made('two.csv', '--form', 'all', '--offices', '2', '--records', '40', '--seed', '5');
  const text = readFileSync(path, 'latin1').replace(/\r\n(22\d{5}),/g, '\r\n$1,Z');
  await give(page, { name: 'KPFD0006.CSV', mimeType: 'text/csv', buffer: Buffer.from(text, 'latin1') });
  const count = async () => Number(/(\d[\d,]*)件$/.exec((await page.textContent('#result .count')).trim())[1].replaceAll(',', ''));
  const all = await count();
  const selects = page.locator('.filters select');
  const forms = selects.nth((await selects.count()) - 2);
  const values = await forms.locator('option').evaluateAll((options) => options.map((option) => option.value));
  assert.ok(values.length > 2, 'there are forms to choose');
  let sum = 0;
  for (const value of values.slice(1)) {
    await forms.selectOption(value);
    sum += await count();
  }
  await forms.selectOption('');
  const offices = selects.last();
  let byOffice = 0;
  for (const value of (await offices.locator('option').evaluateAll((options) => options.map((option) => option.value))).slice(1)) {
    await offices.selectOption(value);
    byOffice += await count();
  }
  assert.ok(sum > 0 && sum <= all && byOffice === sum, `${sum} by form, ${byOffice} by office, ${all} in all`);
  await close(page);
});

test('repairs, and saves what the command writes', async () => {
  const page = await open();
  const path = sample('invalid', 'rule-bonus-total');
  const utf8 = join(folder, 'utf8.csv');
  writeFileSync(utf8, new TextDecoder('shift_jis').decode(readFileSync(sample('valid', 'mixed-kpfd'))));
  await give(page, { name: 'KPFD0006.CSV', mimeType: 'text/csv', buffer: readFileSync(utf8) });
  assert.equal(await verdict(page), '送信できません');
  await page.click('#repair');
  await page.waitForSelector('dialog[open]');
  await accessible(page, 'repair');
  assert.match(await page.textContent('dialog'), /Shift_JIS/);
  const [saved] = await Promise.all([page.waitForEvent('download'), page.click('#repair-save')]);
  assert.equal(saved.suggestedFilename(), 'KPFD0006.CSV');
  const expected = execFileSync(command, ['repair', utf8, '-o', '-', '--as-of', '2026-07-31'], { stdio: ['ignore', 'pipe', 'ignore'] });
  assert.deepEqual(readFileSync(await saved.path()), expected);
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  // What may change a filing is offered, and made only when it is chosen.
  await give(page, path);
  await page.click('#repair');
  await page.waitForSelector('dialog[open] input[type=checkbox]');
  assert.ok(await page.isDisabled('#repair-save'));
  await page.check('dialog input[type=checkbox]');
  await page.waitForFunction(() => !document.getElementById('repair-save').disabled);
  assert.match(await page.textContent('dialog .small-verdict'), /送信できます/);
  await close(page);
});

test('the receipt and the report are saved', async () => {
  const page = await open();
  await give(page, sample('valid', 'mixed-kpfd'));
  const [report] = await Promise.all([page.waitForEvent('download'), page.click('#report')]);
  const text = readFileSync(await report.path(), 'utf8');
  assert.match(text, /送信できます。/);
  await page.click('#receipt');
  await page.waitForSelector('dialog[open]');
  await accessible(page, 'receipt');
  const shown = await page.textContent('dialog');
  const [saved] = await Promise.all([page.waitForEvent('download'), page.click('#receipt-save')]);
  const html = readFileSync(await saved.path(), 'utf8');
  const reference = /[0-9A-Z]{5}(-[0-9A-Z]{5}){3}/.exec(shown)[0];
  assert.ok(html.includes(reference) && html.includes('送信前確認の控え'));
  assert.ok(html.includes('2026-07-31'));
  const pdf = join(folder, 'receipt.pdf');
  await page.pdf({ path: pdf, format: 'A4' });
  const printed = execFileSync('pdftotext', ['-layout', pdf, '-']).toString();
  assert.ok(printed.includes(reference), 'the receipt is printed');
  assert.ok(!printed.includes('ファイルを選ぶ'), 'and nothing else');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  await page.pdf({ path: join(folder, 'result.pdf'), format: 'A4' });
  assert.match(execFileSync('pdftotext', [join(folder, 'result.pdf'), '-']).toString(), /送信できます/);
  await close(page);
});

test('the keyboard alone', async () => {
  const page = await open();
  const tabTo = async (id) => {
    for (let presses = 0; presses < 40; ++presses) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((wanted) => document.activeElement.id === wanted, id)) return;
    }
    assert.fail(`Tab does not lead to ${id}`);
  };
  await tabTo('choose');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, 'solid', 'the focus is seen');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')]);
  await chooser.setFiles(sample('invalid', 'rule-bonus-total'));
  await settled(page);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H2', 'the focus is at the verdict');
  assert.match(await page.textContent('#announce'), /送信できません/);
  await tabTo('repair');
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog[open]');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'dialog-title');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.waitForFunction(() => !document.getElementById('repair-save').disabled);
  await tabTo('repair-save');
  const [saved] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  assert.ok(await saved.path());
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'repair', 'the focus is back');
  await close(page);
});

test('a profile is loaded, refused and taken away', async () => {
  const page = await open();
  const profile = join(root, 'schemas', 'profiles', 'kasumino.xml');
  await page.setInputFiles('#profile-files', { name: 'bad.xml', mimeType: 'text/xml', buffer: Buffer.from('<profile') });
  await page.waitForSelector('#notice:not([hidden])');
  await page.setInputFiles('#profile-files', [profile, join(root, 'schemas', 'profiles', 'kasumino-offices.csv')]);
  await page.waitForFunction(() => engine.profile);
  await give(page, sample('valid', 'mixed-kpfd'));
  const said = saidByCommand(command, { path: sample('valid', 'mixed-kpfd'), fileName: 'KPFD0006.CSV', asOf: '2026-07-31' }, 'ja', ['--profile', profile]);
  const got = await page.evaluate(() => [...state.files[0].findings, state.files[0].summary]);
  assert.deepEqual(got, said);
  await page.click('#profile-remove');
  await page.waitForFunction(() => !engine.profile && !state.busy);
  assert.equal(await page.evaluate(() => 'profile' in state.files[0].summary), false);
  await close(page);
});

test('every sample: the verdict and the findings of the command', async () => {
  const page = await open();
  const all = cases(root);
  const days = Map.groupBy ? Map.groupBy(all, (one) => one.asOf) : all.reduce((map, one) => map.set(one.asOf, [...(map.get(one.asOf) || []), one]), new Map());
  let findings = 0;
  for (const [asOf, some] of days) {
    await page.clock.setFixedTime(new Date(`${asOf}T12:00:00+09:00`));
    for (let begin = 0; begin < some.length; begin += 100) {
      const part = some.slice(begin, begin + 100);
      // Files of one name stay in the order in which they are given.
      const answers = await page.evaluate(async (files) => {
        const checked = files.map(({ name, bytes }) => new Checked(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name), name));
        await checkAll(checked);
        return state.files.map((one) => [...one.findings, one.summary]);
      }, part.map((one) => ({ name: one.fileName, bytes: readFileSync(one.path).toString('base64') })));
      for (const [at, one] of part.entries()) {
        assert.deepEqual(answers[at], saidByCommand(command, one, 'ja'), one.name);
        findings += answers[at].length - 1;
      }
    }
  }
  assert.ok(findings > 200, `only ${findings} findings`);
  await close(page);
});

test('1,000 records at once, 100,000 with a bar that moves and can be stopped', async () => {
  const page = await open({ time: null });
  const check = (path) => page.evaluate(async (bytes) => {
    const file = new File([bytes], 'KPFD0006.CSV');
    const begin = performance.now();
    await checkAll([new Checked(file, 'KPFD0006.CSV')]);
    return performance.now() - begin;
  }, undefined);
  const small = made('small.csv', '--form', 'all', '--records', '1000');
  const large = made('large.csv', '--form', 'bonus', '--records', '100000');
  const timed = async (path) => {
    await page.evaluate(() => {
      document.getElementById('files').addEventListener('change', () => { window.begun = performance.now(); }, { once: true, capture: true });
      new MutationObserver((_, observer) => {
        if (document.querySelector('.verdict')) { window.took = performance.now() - window.begun; observer.disconnect(); }
      }).observe(document.getElementById('result'), { childList: true });
      document.getElementById('result').replaceChildren();
    });
    await page.setInputFiles('#files', path);
    await settled(page);
    return page.evaluate(() => window.took);
  };
  await timed(small);
  const [fast, slow] = [await timed(small), await timed(large)];
  console.log(`# 1,000 records: ${fast.toFixed(0)} ms; 100,000 records: ${slow.toFixed(0)} ms (${readFileSync(large).length} bytes)`);
  assert.equal(await page.evaluate(() => Object.values(state.files[0].summary.records)[0]), 100000);
  // While it works the page answers, and Cancel ends it.
  await page.evaluate(() => { window.percents = new Set(); new MutationObserver(() => window.percents.add(document.getElementById('progress').value)).observe(document.getElementById('progress'), { attributes: true }); });
  await page.setInputFiles('#files', large);
  await page.waitForFunction(() => document.getElementById('progress').value > 5);
  await page.click('#cancel');
  await settled(page);
  assert.equal(await verdict(page), '確認できませんでした');
  assert.ok((await page.evaluate(() => window.percents.size)) > 1, 'the bar moves');
  await give(page, small);
  assert.match(await verdict(page), /^送信でき/, 'it works on afterwards');
  await close(page);
});

test('no request leaves it, from the page or the worker, whatever is tried', async () => {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.end('x');
  });
  server.on('upgrade', (request, socket) => { asked.push(request.url); socket.destroy(); });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const at = `http://127.0.0.1:${server.address().port}`;
  const tries = async (base) => {
    const results = {};
    const note = (name, ok) => { results[name] = ok; };
    await fetch(`${base}/fetch`, { mode: 'no-cors' }).then(() => note('fetch', true), () => note('fetch', false));
    await new Promise((done) => {
      const request = new XMLHttpRequest();
      request.onload = () => { note('xhr', true); done(); };
      request.onerror = () => { note('xhr', false); done(); };
      try { request.open('GET', `${base}/xhr`); request.send(); } catch { note('xhr', false); done(); }
    });
    await new Promise((done) => {
      try {
        const socket = new WebSocket(`${base.replace('http', 'ws')}/socket`);
        socket.onopen = socket.onerror = socket.onclose = done;
      } catch { done(); }
      setTimeout(done, 1500);
    });
    try { new EventSource(`${base}/events`).onerror = (event) => event.target.close(); } catch { /* refused */ }
    if (typeof document !== 'undefined') {
      navigator.sendBeacon(`${base}/beacon`, 'x');
      new Image().src = `${base}/image`;
      for (const [tag, attribute] of [['script', 'src'], ['iframe', 'src'], ['object', 'data'], ['video', 'src'], ['link', 'href'], ['embed', 'src']]) {
        const element = document.createElement(tag);
        if (tag === 'link') element.rel = 'stylesheet';
        element[attribute] = `${base}/${tag}`;
        document.body.append(element);
      }
      const frame = document.createElement('iframe');
      frame.name = 'aside';
      document.body.append(frame);
      const form = document.createElement('form');
      form.action = `${base}/form`;
      form.target = 'aside';
      form.method = 'post';
      document.body.append(form);
      form.submit();
    } else {
      try { importScripts(`${base}/import`); } catch { /* refused */ }
    }
    await new Promise((done) => setTimeout(done, 700));
    return results;
  };
  // That the tries reach somebody where nothing forbids it, or they would prove nothing.
  const free = await (await browser.newContext()).newPage();
  await free.goto('about:blank');
  await free.evaluate(tries, at);
  assert.ok(new Set(asked).size >= 8, `only ${asked} came through where all may`);
  await free.context().close();

  for (const place of [address, null]) {
    let own = null;
    if (!place) {
      own = createServer((request, response) => {
        response.setHeader('Content-Type', 'text/html; charset=utf-8');
        response.end(readFileSync(pageFile));
      });
      await new Promise((done) => own.listen(0, '127.0.0.1', done));
    }
    const page = await open({ at: place || `http://127.0.0.1:${own.address().port}/kpfd.html` });
    asked.length = 0;
    await give(page, sample('valid', 'mixed-kpfd'));
    assert.equal(await verdict(page), '送信できます');
    const violations = page.evaluate(() => new Promise((done) => {
      const seen = new Set();
      document.addEventListener('securitypolicyviolation', (event) => seen.add(event.effectiveDirective));
      setTimeout(() => done([...seen].sort()), 4000);
    }));
    const results = await page.evaluate(tries, at);
    assert.deepEqual(results, { fetch: false, xhr: false });
    assert.equal(page.workers().length, 1);
    assert.deepEqual(await page.workers()[0].evaluate(tries, at), { fetch: false, xhr: false });
    assert.deepEqual(asked, []);
    const refused = await violations;
    for (const directive of ['connect-src', 'img-src', 'frame-src', 'form-action']) assert.ok(refused.includes(directive), `${directive}: ${refused}`);
    assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]), [0, 0, ''], 'nothing is kept');
    await page.context().close();
    await new Promise((done) => (own ? own.close(done) : done()));
  }
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

test('offline', async () => {
  const page = await open();
  await page.context().setOffline(true);
  await give(page, sample('invalid', 'rule-bonus-total'));
  assert.equal(await verdict(page), '送信できません');
  await close(page);
});
