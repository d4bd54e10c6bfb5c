// The page in Chromium: all flows, the keyboard alone, what it must not do, and the same findings as the command.
//
//   node page_test.mjs ROOT KPFD PAGE FOLDER      modules of package.json in node_modules; what is made goes into FOLDER
//
// KPFD_CHROMIUM names another browser than Debian's.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { cases, saidByCommand } from './cases.mjs';

const [root, command, pageFile, folder] = process.argv.slice(2);
// The modules stand where the test is run, not beside this file.
const require = createRequire(join(process.cwd(), 'package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
mkdirSync(folder, { recursive: true });

const checker = join(root, 'build', 'report-tools', 'node_modules', 'vnu-jar', 'build', 'dist', 'vnu.jar');
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
  assert.match(await page.textContent('.group h3'), /行目/);
  assert.match(await page.textContent('.finding .fix'), /直し方/);
  await page.click('#language');
  await settled(page);
  assert.equal(await verdict(page), 'Cannot be sent');
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  await accessible(page, 'reject in English');
  await close(page);
});

test('it is what the standard of HTML asks for', { skip: !existsSync(checker) && 'scripts/report-tools has not put vnu-jar there' }, () => {
  const told = spawnSync('java', ['-jar', checker, '--errors-only', pageFile]);
  assert.equal(`${told.stdout}${told.stderr}`, '');
  assert.equal(told.status, 0);
});

test('in the dark, and on a small screen', async () => {
  const page = await open({ colorScheme: 'dark', viewport: { width: 360, height: 740 } });
  await accessible(page, 'dark start');
  for (const path of [sample('valid', 'mixed-kpfd'), sample('invalid', 'rule-santei-total')]) {
    await give(page, path);
    await accessible(page, 'dark');
    await page.click('.show-values');
    await page.waitForFunction(() => state.showValues && !state.busy);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing stands out to the right');
    await page.click('.show-values');
    await page.waitForFunction(() => !state.showValues && !state.busy);
  }
  await page.click('#repair');
  await page.waitForSelector('dialog[open]');
  await accessible(page, 'dark repair');
  await page.screenshot({ path: join(folder, 'dark.png') });
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

test('a file that cannot be read any more is unchecked, never accepted', async () => {
  const page = await open();
  const path = join(folder, 'KPFD0006.CSV');
  writeFileSync(path, readFileSync(sample('valid', 'mixed-kpfd')));
  await give(page, path);
  assert.equal(await verdict(page), '送信できます');
  // Somebody has saved another file in its place: what was chosen is not there any more.
  writeFileSync(path, 'another');
  await page.click('#language');
  await page.waitForFunction(() => !state.busy && document.querySelector('.verdict.unchecked'));
  assert.equal(await verdict(page), 'Could not be checked');
  assert.match(await page.textContent('.verdict'), /could not be read/);
  assert.equal(await page.locator('#receipt').count(), 0, 'there is no receipt for it');
  await accessible(page, 'unchecked');
  await give(page, sample('valid', 'mixed-kpfd'));
  assert.equal(await verdict(page), 'Can be sent', 'it works on afterwards');
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

test('files and a folder, dropped and chosen, from a disk and from a web site', async () => {
  const tree = join(folder, 'tree');
  const files = { 'KPFD0006.CSV': sample('valid', 'mixed-kpfd'), 'below/KPFD0006.CSV': sample('invalid', 'rule-bonus-total'), 'below/deep/SHFD0006.CSV': sample('valid', 'loss-2018-03-shfd', 'SHFD0006.CSV') };
  for (const [name, path] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, name)), { recursive: true });
    copyFileSync(path, join(tree, name));
  }
  mkdirSync(join(folder, 'nothing'), { recursive: true });
  const expected = Object.keys(files).map((name) => `tree/${name}`).sort();
  const server = createServer((request, answer) => {
    answer.setHeader('content-type', 'text/html; charset=utf-8');
    answer.end(request.url === '/' ? readFileSync(pageFile) : '');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const site = `http://127.0.0.1:${server.address().port}/`;
  // The last one has no handles, as other browsers.
  for (const [at, handles] of [[address, true], [site, true], [site, false]]) {
    const page = await open({ at });
    if (!handles) await page.evaluate(() => { delete DataTransferItem.prototype.getAsFileSystemHandle; });
    const told = async () => (await page.locator('#result table').first().locator('tbody button').allTextContents()).sort();
    // As a mouse drops it: the browser itself reads from the disk.
    const session = await page.context().newCDPSession(page);
    const drop = async (...paths) => {
      const box = await page.locator('#drop').boundingBox();
      const data = { items: [], files: paths, dragOperationsMask: 1 };
      for (const type of ['dragEnter', 'dragOver', 'drop']) await session.send('Input.dispatchDragEvent', { type, x: box.x + 40, y: box.y + 20, data });
    };
    await drop(tree);
    await page.waitForFunction(() => state.files.length === 3 && !state.busy);
    assert.deepEqual(await told(), expected);
    assert.equal(await verdict(page), '送信できません');
    await drop(join(tree, 'KPFD0006.CSV'));
    await page.waitForFunction(() => state.files.length === 1 && !state.busy);
    assert.equal(await verdict(page), '送信できます');
    await drop(join(tree, 'KPFD0006.CSV'), join(tree, 'below'));
    await page.waitForFunction(() => state.files.length === 3 && !state.busy);
    assert.deepEqual(await told(), ['KPFD0006.CSV', 'below/KPFD0006.CSV', 'below/deep/SHFD0006.CSV']);
    await drop(join(folder, 'nothing'));
    await page.waitForFunction(() => !document.getElementById('notice').hidden);
    assert.match(await page.textContent('#notice'), /フォルダの中にファイルがありませんでした/);
    // By the button: the chooser is one of folders.
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('#choose-folder')]);
    assert.ok(await page.evaluate(() => document.getElementById('folder').webkitdirectory));
    await chooser.setFiles(tree);
    await page.waitForFunction(() => state.files.length === 3 && state.files[0].name.startsWith('tree/') && !state.busy);
    assert.deepEqual(await told(), expected);
    page.asked = page.asked.filter((url) => !url.startsWith(site));
    await close(page);
  }
  server.close();
});

test('values are masked until they are asked for, a My Number always', async () => {
  const page = await open();
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

/** What the page's tables of forms say, a list a table. */
const tablesOf = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('table.forms')].map((table) =>
      [...table.querySelectorAll('tbody tr')].map((row) => ({
        form: row.querySelector('.masked').textContent.trim(),
        records: Number(row.querySelector('td.number').textContent.replace(/\D/g, '')),
        totals: [...(row.cells[2]?.children || [])].map((one) => one.textContent),
      })),
    ),
  );

/** The same out of the text of `kpfd summary`: the whole file, and the offices where there are several. */
function tablesOfSheet(text) {
  const tables = [[]];
  for (const line of text.split('\n')) {
    const form = /^ +\S+ \((\d{7})\): ([\d,]+) 件$/.exec(line);
    const total = /^ +(.+): ([\d,]+ ?円)$/.exec(line);
    if (/^  事業所 \d+$/.test(line)) tables.push([]);
    else if (form) tables.at(-1).push({ form: form[1], records: Number(form[2].replaceAll(',', '')), totals: [] });
    else if (total) tables.at(-1).at(-1).totals.push(`${total[1]} ${total[2].replace(' ', '')}`);
  }
  return tables.length > 2 ? tables : tables.slice(0, 1);
}

test('offices, forms, counts and amounts are those of the cover sheet', async () => {
  const page = await open();
  const many = made('many-offices.csv', '--form', 'bonus', '--records', '60', '--offices', '3', '--seed', '5');
  const all = [{ path: many, asOf: '2026-07-31', name: 'several offices' }, ...cases(root).filter((one) => /^valid.(mixed|acquisition-20|loss-20|geppen|santei-20|bonus|offices)/.test(one.name))];
  let amounts = 0;
  for (const one of all) {
    await page.clock.setFixedTime(new Date(`${one.asOf}T12:00:00+09:00`));
    const sheet = tablesOfSheet(execFileSync(command, ['summary', '--lang', 'ja', '--as-of', one.asOf, one.path]).toString());
    await give(page, one.path);
    // What stands in one record alone is a value, and hidden.
    const masked = await tablesOf(page);
    for (const [at, table] of masked.entries()) {
      for (const [row, { form, records, totals }] of table.entries()) {
        const whole = sheet[at][row];
        assert.deepEqual([form, records, totals.length], [whole.form, whole.records, whole.totals.length], one.name);
        for (const [place, total] of totals.entries()) {
          if (records === 1) assert.match(total, /（1件分のため隠しています）$/, one.name);
          else assert.ok(total === whole.totals[place] || /（1件分のため隠しています）$/.test(total), `${one.name}: ${total}`);
          amounts += total === whole.totals[place] ? 1 : 0;
        }
      }
    }
    await page.click('.show-values');
    await page.waitForFunction(() => state.showValues && !state.busy);
    assert.deepEqual(await tablesOf(page), sheet, one.name);
    await page.click('.show-values');
    await page.waitForFunction(() => !state.showValues && !state.busy);
  }
  assert.ok(amounts > 10, `only ${amounts} amounts were shown`);
  await give(page, many);
  assert.equal((await tablesOf(page)).length, 4);
  await accessible(page, 'offices');
  // A file with errors has counts and no amounts.
  await give(page, sample('invalid', 'rule-bonus-total'));
  assert.ok((await tablesOf(page))[0].every((row) => row.totals.length === 0));
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
  const said = execFileSync(command, ['check', '--format', 'html', '--lang', 'ja', '--as-of', '2026-07-31', 'KPFD0006.CSV'], { cwd: join(sample('valid', 'mixed-kpfd'), '..') }).toString();
  assert.ok(text === said, 'the report is not that of the command');
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

test('a receipt for the pension office speaks of no union', async () => {
  const page = await open();
  const receiptOf = async (...files) => {
    await give(page, ...files);
    await page.click('#receipt');
    await page.waitForSelector('dialog[open]');
    const shown = await page.innerText('dialog');
    const [saved] = await Promise.all([page.waitForEvent('download'), page.click('#receipt-save')]);
    const html = readFileSync(await saved.path(), 'utf8');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
    return { shown, html };
  };
  const pension = sample('valid', 'loss-2018-03-shfd', 'SHFD0006.CSV');
  for (const language of ['ja', 'en']) {
    const { shown, html } = await receiptOf(pension);
    assert.equal(await verdict(page), language === 'ja' ? '送信できます' : 'Can be sent');
    for (const text of [shown, html]) {
      assert.match(text, language === 'ja' ? /年金事務所/ : /pension office/);
      assert.match(text, language === 'ja' ? /送信できます/ : /[Cc]an be sent/);
      assert.doesNotMatch(text, /健康保険組合|健保組合|union/);
    }
    await page.click('#language');
    await settled(page);
  }
  const union = await receiptOf(sample('valid', 'mixed-kpfd'));
  assert.match(union.html, /健康保険組合/);
  const mixed = await receiptOf(sample('valid', 'mixed-kpfd'), pension);
  assert.match(mixed.shown, /年金事務所に提出する届出ファイルです。健康保険組合には送れません。/);
  await close(page);
});

test('the keyboard alone', async () => {
  const page = await open();
  // From here on, so that the browser has been told long before the key is pressed.
  const chooser = page.waitForEvent('filechooser');
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
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(sample('invalid', 'rule-bonus-total'));
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
  await page.waitForSelector('dialog', { state: 'detached' });
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

test('a profile that a union has put into the page by hand', async () => {
  const profiles = join(root, 'schemas', 'profiles');
  const put = (html, element, file) => {
    const begin = `${element}>`;
    assert.equal(html.split(begin).length, 2, element);
    return html.replace(begin, () => begin + readFileSync(join(profiles, file), 'utf8'));
  };
  let html = readFileSync(pageFile, 'utf8');
  html = put(html, '<script type="application/xml" id="profile"', 'kasumino.xml');
  html = put(html, '<script type="text/csv" id="roster"', 'kasumino-offices.csv');
  const own = join(folder, 'union.html');
  writeFileSync(own, html);
  const page = await open({ at: pathToFileURL(own).href });
  assert.equal(await page.textContent('#profile-name'), '霞野健康保険組合');
  const path = sample('valid', 'mixed-kpfd');
  await give(page, path);
  const one = { path, fileName: 'KPFD0006.CSV', asOf: '2026-07-31' };
  const got = await page.evaluate(() => [...state.files[0].findings, state.files[0].summary]);
  assert.deepEqual(got, saidByCommand(command, one, 'ja', ['--profile', join(profiles, 'kasumino.xml')]));
  assert.deepEqual(page.faults, []);
  await page.context().close();
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
  const slower = join(folder, 'broken.csv');
  writeFileSync(slower, readFileSync(large, 'latin1').replaceAll('\r\n2265700,', '\r\n2265700,X'), 'latin1');
  await page.setInputFiles('#files', slower);
  await page.waitForFunction(() => {
    const moved = document.getElementById('progress').value > 5 && window.percents.size > 1;
    if (moved) document.getElementById('cancel').click();
    return moved;
  });
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
  const listening = (one) => new Promise((done) => one.unref().listen(0, '127.0.0.1', done));
  const addressOf = (one) => `http://127.0.0.1:${one.address().port}`;
  await listening(server);
  const at = addressOf(server);
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
  const empty = createServer((request, response) => response.setHeader('Content-Type', 'text/html').end('<p>'));
  await listening(empty);
  const free = await (await browser.newContext()).newPage();
  await free.goto(addressOf(empty));
  await free.evaluate(tries, at);
  for (const path of ['fetch', 'xhr', 'socket', 'events', 'beacon', 'image', 'script', 'iframe', 'object', 'video', 'link', 'form']) {
    assert.ok(asked.includes(`/${path}`), `/${path} did not come through where it may: ${asked}`);
  }
  await free.context().close();

  for (const place of [address, null]) {
    let own = null;
    if (!place) {
      own = createServer((request, response) => {
        response.setHeader('Content-Type', 'text/html; charset=utf-8');
        response.end(readFileSync(pageFile));
      });
      await listening(own);
    }
    const page = await open({ at: place || `${addressOf(own)}/kpfd.html` });
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
  }
});

test('offline', async () => {
  const page = await open();
  await page.context().setOffline(true);
  await give(page, sample('invalid', 'rule-bonus-total'));
  assert.equal(await verdict(page), '送信できません');
  await close(page);
});
