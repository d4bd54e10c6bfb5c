// Pictures of the page's main states, the same on every run: for the guides, and to be looked at.
//
//   node screenshots.mjs ROOT KPFD PAGE FOLDER
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [root, command, pageFile, folder] = process.argv.slice(2);
const { chromium } = createRequire(join(process.cwd(), 'package.json'))('playwright-core');
mkdirSync(folder, { recursive: true });

const sample = (kind, name, file = 'KPFD0006.CSV') => join(root, 'samples', kind, name, 'input', file);
const csv = (name, text) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text, 'latin1') });

/** Two offices, all forms, and faults of several kinds. */
function broken() {
  const text = execFileSync(command, ['sample', '--form', 'all', '--offices', '2', '--records', '24', '--seed', '11', '--as-of', '2026-07-10']).toString('latin1');
  let record = 0;
  return text.split('\r\n').map((line) => {
    if (!/^22\d{5},/.test(line)) return line;
    ++record;
    const cells = line.split(',');
    if (record % 5 === 1) cells[6] = cells[6].replace('\x81\x40', ' ');
    if (record % 7 === 2) cells[5] = '';
    if (record % 6 === 3) cells[8] = '991332';
    return cells.join(',');
  }).join('\r\n');
}

const STATES = {
  async start() {},
  async accept(page, give) { await give(sample('valid', 'mixed-kpfd')); },
  async reject(page, give) { await give(csv('KPFD0006.CSV', broken())); },
  async values(page, give) {
    await give(csv('KPFD0006.CSV', broken()));
    await page.click('.show-values');
    await page.waitForFunction(() => state.showValues && !state.busy);
  },
  async several(page, give) { await give(sample('valid', 'bonus-2018-03-kpfd'), sample('invalid', 'rule-santei-total'), sample('valid', 'loss-2018-03-shfd', 'SHFD0006.CSV')); },
  async unchecked(page, give) {
    await page.evaluate(() => checkAll([new Checked({}, 'KPFD0006.CSV')]));
    await page.waitForFunction(() => !state.busy);
  },
  async document(page, give) { await give({ name: '賞与支払届.xlsx', mimeType: '', buffer: Buffer.from('PK\u0003\u0004' + '\0'.repeat(60), 'latin1') }); },
  async repair(page, give) {
    await give(csv('KPFD0006.CSV', broken()));
    await page.click('#repair');
    await page.waitForSelector('dialog[open]');
  },
  async receipt(page, give) {
    await give(sample('valid', 'mixed-kpfd'));
    await page.click('#receipt');
    await page.waitForSelector('dialog[open]');
  },
};

const browser = await chromium.launch({ executablePath: process.env.KPFD_CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const [locale, language] of [['ja-JP', 'ja'], ['en-GB', 'en']]) {
  for (const width of [1280, 400]) {
    const context = await browser.newContext({ locale, viewport: { width, height: width === 400 ? 800 : 900 }, deviceScaleFactor: 1 });
    for (const [name, reach] of Object.entries(STATES)) {
      const page = await context.newPage();
      await page.clock.setFixedTime(new Date('2026-07-31T12:00:00+09:00'));
      await page.goto(pathToFileURL(pageFile).href);
      await page.waitForSelector('html[data-ready=yes]');
      const give = async (...files) => {
        await page.setInputFiles('#files', files);
        await page.waitForFunction(() => !state.busy && document.querySelector('.verdict'));
      };
      await reach(page, give);
      const dialog = await page.locator('dialog[open]').count();
      await page.screenshot({ path: join(folder, `${name}-${language}-${width}.png`), fullPage: !dialog });
      if (width === 1280 && ['reject', 'receipt'].includes(name)) await page.pdf({ path: join(folder, `${name}-${language}.pdf`), format: 'A4' });
      await page.close();
    }
    await context.close();
  }
}
await browser.close();
