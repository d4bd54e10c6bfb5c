// The page. It has no library of its own: elements are made by `make`, texts come from texts.json. Whatever a file holds is
// put into the page as text, never as HTML.
'use strict';

/** Findings that the page holds of a file; the report has all of them. */
const MOST_FINDINGS = 5000;
/** Lines with findings that are shown at a time. */
const GROUPS_AT_ONCE = 50;
const MOST_FILES = 200;
const MOST_CHANGES = 200;
const MOST_OFFICES = 50;
/** A file may be added up in spite of errors of its encoding and its size, of which there are few. */
const MOST_ERRORS_WITH_TOTALS = 10;

const byId = (id) => document.getElementById(id);

/**
 * An element with attributes and children; a child that is no element is text.
 * `on…` attributes are listeners, true and false set or leave out an attribute.
 */
function make(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== false && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ''));
  return element;
}

function drawing(...paths) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 48 48');
  svg.setAttribute('aria-hidden', 'true');
  for (const d of paths) {
    const path = document.createElementNS(space, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}

const CIRCLE = 'M24 4a20 20 0 1 0 .01 0z';
const DRAWINGS = {
  accept: [CIRCLE, 'M15 25l6.5 6.5L34 18'],
  reject: [CIRCLE, 'M16.5 16.5l15 15', 'M31.5 16.5l-15 15'],
  unchecked: [CIRCLE, 'M24 13v14', 'M24 34v.01'],
};

// ---- texts ----

let language = 'ja';

function say(id, values = {}) {
  return TEXTS[language][id].replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === 'number' ? value.toLocaleString('en-US') : String(value);
  });
}

function sayPage() {
  document.documentElement.lang = language;
  document.title = say('title');
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = say(element.dataset.text);
  const other = byId('language');
  other.textContent = say('other_language');
  other.lang = language === 'ja' ? 'en' : 'ja';
}

// ---- the worker ----

class Failure extends Error {
  constructor({ reason, message }) {
    super(message);
    this.reason = reason;
  }
}

/** The worker, and the one job that it is at. */
const engine = {
  worker: null,
  compiled: null,
  profile: null,
  facts: null,
  jobs: new Map(),
  next: 1,

  async compile() {
    const text = byId('core').textContent.trim();
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    this.compiled = await WebAssembly.compile(await new Response(unpacked).arrayBuffer());
    byId('core').remove();
  },

  start() {
    const source = new Blob([byId('worker-source').textContent], { type: 'text/javascript' });
    const address = URL.createObjectURL(source);
    this.worker = new Worker(address);
    this.worker.onmessage = ({ data }) => this.take(data);
    this.worker.onerror = () => this.fail({ reason: 'broken', message: '' });
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    return this.open(true);
  },

  async open(fresh, profile = this.profile) {
    const { facts } = await this.ask({
      type: 'open',
      compiled: fresh ? this.compiled : null,
      language,
      profile: profile || undefined,
    });
    this.profile = profile;
    this.facts = facts;
  },

  ask(message, listen = {}) {
    return new Promise((done, failed) => {
      const job = this.next++;
      this.jobs.set(job, { done, failed, ...listen });
      this.worker.postMessage({ job, ...message });
    });
  },

  take(data) {
    const job = this.jobs.get(data.job);
    if (!job) return;
    if (data.progress) job.progress?.(data.progress);
    else if (data.lines) job.lines?.(data.lines);
    else {
      this.jobs.delete(data.job);
      if (data.failed) job.failed(new Failure(data.failed));
      else job.done(data.done);
    }
  },

  fail(reason) {
    const jobs = [...this.jobs.values()];
    this.jobs.clear();
    for (const job of jobs) job.failed(new Failure(reason));
  },

  /** Ends what is under way. */
  async stop() {
    this.worker.terminate();
    this.fail({ reason: 'cancelled', message: '' });
    this.ready = this.start();
    await this.ready;
  },

  ready: null,
};

/** `2026-07-31T18:00:00+09:00`: filings are due in Japan. */
function nowInJapan() {
  return `${new Date(Date.now() + 9 * 3600 * 1000).toISOString().slice(0, 19)}+09:00`;
}

const todayInJapan = () => nowInJapan().slice(0, 10);

// ---- what is known ----

const state = {
  /** @type {Checked[]} */
  files: [],
  shown: 0,
  showValues: false,
  checkDate: todayInJapan(),
  busy: false,
};

/** A file with what the check says of it. */
class Checked {
  constructor(file, name) {
    this.file = file;
    this.name = name;
    this.forget();
  }

  forget() {
    this.verdict = 'unchecked';
    this.reason = '';
    this.summary = null;
    this.findings = [];
    this.details = [];
    this.offices = [];
    this.rows = new Map();
    this.cut = 0;
    this.totals = null;
    this.filter = { severity: '', form: '', office: '' };
    this.groups = GROUPS_AT_ONCE;
  }

  take(lines) {
    for (const line of lines) {
      if (line.type === 'finding') this.findings.push(line);
      else if (line.type === 'detail') this.details.push(line);
      else if (line.type === 'office') this.offices.push(line);
      else if (line.type === 'row') this.rows.set(line.line, line);
      else if (line.type === 'cut') this.cut = line.findings_not_shown;
      else if (line.type === 'summary') {
        this.summary = line;
        this.verdict = line.verdict;
        this.reason = line.reason || '';
      }
    }
  }

  officeOf(line) {
    const row = this.rows.get(line);
    return row ? row.office : 0;
  }

  officeName(number) {
    if (!number) return say('no_office');
    const office = this.offices[number - 1];
    const name = say('office_number', { count: number });
    return office && office.number ? `${name} ${office.number}` : name;
  }
}

const optionsOf = (more = {}) => ({ asOf: state.checkDate, showValues: state.showValues, ...more });

// ---- checking ----

function notice(text) {
  const element = byId('notice');
  element.hidden = !text;
  element.textContent = text || '';
}

function showBusy(text, name = '') {
  state.busy = true;
  byId('busy').hidden = false;
  byId('busy-what').textContent = text;
  byId('busy-name').textContent = name;
  byId('progress').removeAttribute('value');
  byId('percent').textContent = '';
}

function showProgress({ done, all }) {
  const percent = all > 0 && all < 2 ** 53 ? Math.min(100, Math.floor((done / all) * 100)) : 0;
  byId('progress').value = percent;
  byId('percent').textContent = say('progress', { percent });
}

function hideBusy() {
  state.busy = false;
  byId('busy').hidden = true;
}

function wordsOf(failure) {
  if (failure.reason === 'unreadable') return say('failed_unreadable');
  if (failure.reason === 'cancelled') return say('cancelled_more');
  if (/memory/i.test(failure.message)) return say('failed_memory');
  return failure.reason === 'library' ? failure.message : say('failed');
}

async function checkOne(checked) {
  checked.forget();
  await engine.ready;
  const ask = (type, listen = {}) =>
    engine.ask(
      { type, file: checked.file, name: checked.name, options: optionsOf({ maxFindings: MOST_FINDINGS }) },
      { progress: showProgress, ...listen },
    );
  try {
    await ask('check', { lines: (lines) => checked.take(lines) });
  } catch (failure) {
    checked.forget();
    checked.reason = wordsOf(failure);
    if (failure.reason === 'cancelled') throw failure;
    if (failure.reason === 'broken') await engine.stop();
    return;
  }
  if (checked.verdict === 'unchecked' || !checked.summary.encoding) return;
  // What may be added up is told by the library: of a file with errors there is mostly nothing.
  if (checked.summary.errors <= MOST_ERRORS_WITH_TOTALS) {
    try {
      checked.totals = (await ask('totals')).totals;
    } catch (failure) {
      if (failure.reason === 'cancelled') throw failure;
    }
  }
}

async function checkAll(files) {
  notice('');
  if (files.length > MOST_FILES) {
    notice(say('too_many', { count: MOST_FILES }));
    files = files.slice(0, MOST_FILES);
  }
  state.files = files;
  state.shown = 0;
  state.checkDate = todayInJapan();
  byId('result').replaceChildren();
  await recheck(true);
}

/** Checks the files that there are once more, for another language, with values, or with a profile. */
async function recheck(announce) {
  let cancelled = false;
  for (let at = 0; at < state.files.length && !cancelled; ++at) {
    const checked = state.files[at];
    const count = state.files.length;
    showBusy(say('checking'), count > 1 ? `${checked.name}（${say('file_of', { number: at + 1, count })}）` : checked.name);
    try {
      await checkOne(checked);
    } catch {
      cancelled = true;
      for (const rest of state.files.slice(at)) {
        rest.forget();
        rest.reason = say('cancelled_more');
      }
    }
  }
  hideBusy();
  if (state.files.length > 1) {
    const worst = state.files.findIndex((checked) => checked.verdict !== 'accept');
    if (announce) state.shown = Math.max(worst, 0);
  }
  if (cancelled) notice(say('cancelled'));
  byId('drop').classList.add('small');
  document.body.classList.add('checked');
  showResult();
  if (announce) {
    const verdict = byId('result').querySelector('.verdict h2');
    verdict?.focus();
    byId('announce').textContent = byId('result').querySelector('.verdict')?.innerText || '';
  }
}

// ---- showing ----

function verdictBox(verdict, title, more, name) {
  return make(
    `section.verdict.${verdict}`,
    {},
    drawing(...DRAWINGS[verdict]),
    make('div', {}, name ? make('p.name', {}, name) : null, make('h2', { tabindex: '-1' }, title), make('p', {}, more)),
  );
}

function verdictOf(checked) {
  const { verdict, summary } = checked;
  if (verdict === 'unchecked') {
    const reason = checked.reason ? `${checked.reason} ` : '';
    return verdictBox(verdict, say('verdict_unchecked'), reason + say('verdict_unchecked_more'), checked.name);
  }
  const counts = { errors: summary.errors, warnings: summary.warnings };
  const warned = summary.warnings > 0;
  const more =
    verdict === 'accept'
      ? say(warned ? 'verdict_accept_warnings' : 'verdict_accept_more', counts)
      : say(warned ? 'verdict_reject_warnings' : 'verdict_reject_more', counts);
  return verdictBox(verdict, say(`verdict_${verdict}`), more, checked.name);
}

const badge = (kind, text) => make(`span.badge.${kind}`, {}, text);
const VERDICT_BADGES = { accept: 'good', reject: 'error', unchecked: 'warning' };
const severityName = { error: 'errors', warning: 'warnings', info: 'infos' };

function fileList() {
  const bad = state.files.filter((checked) => checked.verdict === 'reject').length;
  const open = state.files.filter((checked) => checked.verdict === 'unchecked').length;
  const title = bad ? say('all_reject', { count: bad }) : open ? say('all_unchecked', { count: open }) : say('all_accept');
  return make(
    'section.card',
    { 'aria-label': say('files') },
    make('div.head', {}, make('h2', {}, say('files')), make('p.count', {}, title)),
    make(
      'div.scroll',
      {},
      make(
        'table',
        {},
        make('thead', {}, make('tr', {}, ...['file', 'result'].map((id) => make('th', { scope: 'col' }, say(id))),
          ...['errors', 'warnings'].map((id) => make('th.number', { scope: 'col' }, say(id))))),
        make(
          'tbody',
          {},
          state.files.map((checked, at) =>
            make(
              at === state.shown ? 'tr.chosen' : 'tr',
              {},
              make('td', {}, make('button.link', { type: 'button', 'aria-pressed': String(at === state.shown), onclick: () => choose(at) }, checked.name)),
              make('td', {}, badge(VERDICT_BADGES[checked.verdict], say(`verdict_${checked.verdict}`))),
              make('td.number', {}, checked.summary ? checked.summary.errors.toLocaleString('en-US') : '–'),
              make('td.number', {}, checked.summary ? checked.summary.warnings.toLocaleString('en-US') : '–'),
            ),
          ),
        ),
      ),
    ),
  );
}

function choose(at) {
  state.shown = at;
  showResult();
  byId('result').querySelector('.verdict h2')?.focus();
}

const fact = (id, ...value) => make('div', {}, make('dt', {}, say(id)), make('dd', {}, ...value));

const totalsOf = (forms, form) => (forms || []).find((one) => one.form === form)?.totals || [];

/** An amount that stands in one record alone is a value of that record. */
function amountOf(total) {
  const shown = total.records > 1 || state.showValues;
  return make('div', {}, `${total.name} `, shown ? make('span.number', {}, say('yen', { count: total.yen })) : make('span.masked', {}, say('hidden')));
}

/** Forms with their counts, and what their amounts add up to. */
function formsTable(forms, withTotals) {
  return make(
    withTotals ? 'div.scroll' : 'div.scroll.narrow',
    {},
    make(
      'table.forms',
      {},
      make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, say('form')), make('th.number', { scope: 'col' }, say('records')),
        withTotals ? make('th', { scope: 'col' }, say('amount')) : null)),
      make(
        'tbody',
        {},
        forms.map(({ form, records, totals }) =>
          make(
            'tr',
            {},
            make('td', {}, engine.facts.forms[form] || form, make('span.masked', {}, ` ${form}`)),
            make('td.number', {}, say('records_count', { count: records })),
            withTotals ? make('td', {}, totals.map(amountOf)) : null,
          ),
        ),
      ),
    ),
  );
}

function contentsOf(checked) {
  const { summary } = checked;
  const known = engine.facts;
  const forms = Object.entries(summary.records);
  const facts = make(
    'dl.facts',
    {},
    fact('receiver', known.receivers[summary.kind] || summary.kind || say('unknown'), summary.kind ? make('small', {}, ` ${summary.kind}`) : ''),
    summary.encoding ? fact('offices', say('offices_count', { count: summary.offices })) : null,
    summary.encoding
      ? fact('forms', say('records_count', { count: forms.reduce((sum, [, count]) => sum + count, 0) }))
      : null,
    summary.encoding ? fact('encoding', summary.encoding) : null,
    fact('size', say('bytes', { count: summary.bytes })),
    fact('check_date', state.checkDate),
  );
  const card = make('section.card', {}, make('h2', {}, say('contents')), facts);
  if (forms.length) {
    card.append(formsTable(forms.map(([form, count]) => ({ form, records: count, totals: totalsOf(checked.totals?.forms, form) })), Boolean(checked.totals)));
  }
  const offices = Math.max(state.showValues ? checked.offices.length : 0, checked.totals?.offices.length > 1 ? checked.totals.offices.length : 0);
  for (let at = 0; at < Math.min(offices, MOST_OFFICES); ++at) {
    const items = state.showValues ? (checked.offices[at]?.items || []).filter((item) => item.text) : [];
    const own = checked.totals?.offices[at];
    card.append(
      make(
        'div.of-office',
        {},
        make('h3', {}, say('office_number', { count: at + 1 })),
        items.length ? make('dl.facts', {}, items.map((item) => make('div', {}, make('dt', {}, item.name), make('dd', {}, item.text)))) : null,
        own?.length && checked.totals.offices.length > 1 ? formsTable(own, true) : null,
      ),
    );
  }
  if (offices > MOST_OFFICES) card.append(make('p.masked', {}, say('offices_more', { count: offices - MOST_OFFICES })));
  if (summary.attachments?.length) {
    card.append(
      make('h3', {}, say('attachments')),
      make('ul', {}, summary.attachments.map((one) => make('li', {}, `${one.name}: ${say('records_count', { count: one.records })}`))),
    );
  }
  if (summary.profile && !summary.profile.applied) {
    card.append(make('p', {}, `${say('profile')}: ${summary.profile.name} ${say('profile_not_applied')}`));
  }
  return card;
}

function findingBox(finding, detail) {
  const place = make(
    'p.place',
    {},
    badge(finding.severity, say(finding.severity)),
    finding.item ? make('span', {}, `${say('item', { number: finding.item })}${detail.item_name ? `　${detail.item_name}` : ''}`) : make('span', {}, detail.title),
    detail.repair ? badge('good', say(detail.repair === 'yes' ? 'repairable' : 'repairable_ask')) : null,
    make('span.id', {}, finding.rule),
  );
  const part = (id, text) => (text ? make(`p.${id}`, {}, make('span.label', {}, say(id)), text) : null);
  return make(
    `div.finding.${finding.severity}`,
    {},
    place,
    make('p', {}, detail.what),
    part('value', finding.value),
    part('why', detail.why),
    part('fix', detail.fix),
    part('reason', finding.reason),
  );
}

/** Numbers of the findings that the filters let through, by line. */
function groupsOf(checked) {
  const { severity, form, office } = checked.filter;
  const groups = new Map();
  let count = 0;
  checked.findings.forEach((finding, at) => {
    if (severity && finding.severity !== severity) return;
    if (form && finding.form !== form) return;
    if (office !== '' && String(checked.officeOf(finding.line)) !== office) return;
    ++count;
    if (!groups.has(finding.line)) groups.set(finding.line, []);
    groups.get(finding.line).push(at);
  });
  return { groups: [...groups], count };
}

function groupBox(checked, line, numbers) {
  const first = checked.findings[numbers[0]];
  const detail = checked.details[numbers[0]];
  const row = checked.rows.get(line);
  const whose = [];
  if (first.form && checked.offices.length > 1) whose.push(checked.officeName(checked.officeOf(line)));
  if (row?.person) whose.push(row.person);
  return make(
    'section.group',
    {},
    make(
      'h3',
      {},
      make('span.number', {}, line ? say('line', { line }) : say('whole_file')),
      first.form ? make('span.form', {}, detail.form_name || first.form) : null,
      whose.length ? make('span.whose', {}, whose.join('　')) : null,
    ),
    numbers.map((at) => findingBox(checked.findings[at], checked.details[at])),
  );
}

function filterChoice(id, choices, chosen, change) {
  return make(
    'label',
    {},
    say(id),
    make('select', { onchange: (event) => change(event.target.value) }, choices.map(([value, text]) => make('option', { value, selected: value === chosen }, text))),
  );
}

function findingsOf(checked) {
  const card = make('section.card', { 'aria-label': say('findings') });
  if (!checked.findings.length) {
    card.append(make('h2', {}, say('findings')), make('p', {}, say('no_findings')));
    return card;
  }
  const list = make('div.list', {});
  const count = make('p.count', { 'aria-live': 'polite' });
  const show = (focusAt) => {
    const { groups, count: shown } = groupsOf(checked);
    count.textContent = say('shown_of', { all: checked.findings.length + checked.cut, shown });
    const boxes = groups.slice(0, checked.groups).map(([line, numbers]) => groupBox(checked, line, numbers));
    list.replaceChildren(...(boxes.length ? boxes : [make('p', {}, say('no_match'))]));
    const left = groups.length - checked.groups;
    if (left > 0) {
      list.append(make('p.more', {}, make('button', { type: 'button', onclick: () => { const at = checked.groups; checked.groups += GROUPS_AT_ONCE * 4; show(at); } }, say('more', { count: left }))));
    }
    if (focusAt !== undefined && boxes[focusAt]) {
      boxes[focusAt].tabIndex = -1;
      boxes[focusAt].focus();
    }
  };
  const filter = (key) => (value) => {
    checked.filter[key] = value;
    checked.groups = GROUPS_AT_ONCE;
    show();
  };
  const severities = ['error', 'warning', 'info'].filter((one) => checked.findings.some((finding) => finding.severity === one));
  const forms = [...new Set(checked.findings.map((finding) => finding.form))].filter(Boolean).sort();
  const offices = [...new Set(checked.findings.filter((finding) => finding.form).map((finding) => checked.officeOf(finding.line)))].sort((a, b) => a - b);
  const all = ['', say('all')];
  const filters = make(
    'div.filters',
    {},
    severities.length > 1 ? filterChoice('filter_severity', [all, ...severities.map((one) => [one, say(severityName[one])])], checked.filter.severity, filter('severity')) : null,
    forms.length > 1 ? filterChoice('filter_form', [all, ...forms.map((form) => [form, engine.facts.forms[form] || form])], checked.filter.form, filter('form')) : null,
    offices.length > 1 ? filterChoice('filter_office', [all, ...offices.map((office) => [String(office), checked.officeName(office)])], checked.filter.office, filter('office')) : null,
  );
  const values = make(
    'div.values',
    {},
    make('span', {}, say(state.showValues ? 'values_shown_note' : 'values_note')),
    make('button.show-values', { type: 'button', 'aria-pressed': String(state.showValues), onclick: toggleValues }, say(state.showValues ? 'hide_values' : 'show_values')),
  );
  card.append(make('div.head', {}, make('h2', {}, say('findings')), count), values);
  if (filters.children.length) card.append(filters);
  if (checked.cut) card.append(make('p', {}, say('cut', { shown: checked.findings.length, hidden: checked.cut })));
  card.append(list);
  show();
  return card;
}

function showResult() {
  const result = byId('result');
  if (!state.files.length) {
    result.replaceChildren();
    return;
  }
  const checked = state.files[state.shown];
  const isFiling = checked.summary?.encoding;
  const canRepair = checked.details.some((detail) => detail.repair);
  const parts = [];
  if (state.files.length > 1) parts.push(fileList());
  parts.push(verdictOf(checked));
  if (checked.summary && checked.verdict !== 'unchecked') {
    parts.push(
      make(
        'p.buttons.actions',
        {},
        canRepair && isFiling ? make('button.primary', { type: 'button', id: 'repair', onclick: () => openRepair(checked) }, say('repair')) : null,
        make('button', { type: 'button', id: 'receipt', onclick: openReceipt }, say('receipt')),
        make('button', { type: 'button', id: 'report', onclick: () => saveReport(checked, 'html') }, say('report')),
        checked.findings.length ? make('button', { type: 'button', id: 'list', onclick: () => saveReport(checked, 'csv') }, say('list')) : null,
        make('button', { type: 'button', id: 'print', onclick: () => print() }, say('print')),
        checked.findings.length ? null : make('button.show-values', { type: 'button', 'aria-pressed': String(state.showValues), onclick: toggleValues }, say(state.showValues ? 'hide_values' : 'show_values')),
      ),
      contentsOf(checked),
      findingsOf(checked),
    );
  }
  result.replaceChildren(...parts);
  byId('versions').textContent = versionsText();
  byId('profile-name').textContent = engine.profile ? engine.facts.profile?.name || engine.facts.profile?.key : say('profile_default');
}

function versionsText() {
  return engine.facts ? `kpfd ${engine.facts.version}　${say('rules')} ${engine.facts.schemas} ${engine.facts.rules}` : '';
}

async function toggleValues() {
  if (state.busy) return;
  state.showValues = !state.showValues;
  await recheck(false);
  byId('result').querySelector('.show-values')?.focus();
}

// ---- saving ----

function save(name, parts, type) {
  const address = URL.createObjectURL(new Blob(parts, { type }));
  make('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

const baseName = (name) => name.split('/').pop();
const withoutEnding = (name) => baseName(name).replace(/\.[^.]*$/, '');

async function working(text, work) {
  if (state.busy) return undefined;
  showBusy(text);
  try {
    return await work();
  } catch (failure) {
    notice(wordsOf(failure));
    if (failure.reason === 'broken') await engine.stop();
    return undefined;
  } finally {
    hideBusy();
  }
}

/** As HTML to be looked at and kept, or as a table of all findings. */
async function saveReport(checked, format) {
  const answer = await working(say(format === 'csv' ? 'list' : 'report'), () =>
    engine.ask({ type: 'report', file: checked.file, name: checked.name, options: optionsOf({ format }) }, { progress: showProgress }));
  if (answer) save(`${withoutEnding(checked.name)}-report.${format}`, answer.pieces, `text/${format};charset=utf-8`);
}

// ---- dialogs ----

function openDialog(title, ...children) {
  const before = document.activeElement;
  const dialog = make('dialog', { 'aria-labelledby': 'dialog-title' }, make('div.sheet-body', {}, make('h2', { id: 'dialog-title', tabindex: '-1' }, title), ...children));
  dialog.addEventListener('close', () => {
    document.body.classList.remove('dialog-open');
    dialog.remove();
    before?.focus?.();
  });
  document.body.append(dialog);
  document.body.classList.add('dialog-open');
  dialog.showModal();
  dialog.querySelector('#dialog-title').focus();
  return dialog;
}

const closeButton = () => make('button', { type: 'button', onclick: (event) => event.target.closest('dialog').close() }, say('close'));

function changeRow(change) {
  const where = [change.line ? say('line', { line: change.line }) : say('whole_file')];
  if (change.item) where.push(say('item', { number: change.item }));
  const shape = (text) => make('td.shape', {}, text === '' ? say('repair_empty') : text);
  const columns = (count) => make('td', {}, say('repair_columns', { count }));
  const cells = change.columns_before !== undefined
    ? [columns(change.columns_before), columns(change.columns_after)]
    : change.before !== undefined
      ? [shape(change.before), shape(change.after)]
      : [make('td', {}), make('td', {})];
  return make('tr', {}, make('td', {}, where.join('　')), make('td', {}, change.message, make('span.hash', {}, ` ${change.rule}`)), ...cells);
}

async function openRepair(checked) {
  const accepted = new Set();
  const offered = new Map();
  const body = make('div.inside', {});
  let dialog = null;
  const show = async () => {
    const answer = await working(say('repair'), () =>
      engine.ask({ type: 'repair', file: checked.file, name: checked.name, options: optionsOf({ accept: [...accepted] }) }, { progress: showProgress }));
    if (!answer || !answer.bytes) {
      dialog?.close();
      return;
    }
    const changes = answer.lines.filter((line) => line.type === 'repair');
    const summary = answer.lines.find((line) => line.type === 'summary');
    for (const offer of answer.lines.filter((line) => line.type === 'offer')) offered.set(offer.rule, offer);
    const list = changes.length
      ? make(
          'div.scroll',
          {},
          make(
            'table',
            {},
            make('thead', {}, make('tr', {}, ...['repair_where', 'repair_what', 'repair_before', 'repair_after'].map((id) => make('th', { scope: 'col' }, say(id))))),
            make('tbody', {}, changes.slice(0, MOST_CHANGES).map(changeRow)),
          ),
        )
      : make('p', {}, say('repair_none'));
    const offers = [...offered.values()].map((offer) =>
      make(
        'label',
        {},
        make('input', {
          type: 'checkbox',
          checked: accepted.has(offer.rule),
          'data-rule': offer.rule,
          onchange: async (event) => {
            if (event.target.checked) accepted.add(offer.rule);
            else accepted.delete(offer.rule);
            await show();
            body.querySelector(`input[data-rule="${CSS.escape(offer.rule)}"]`)?.focus();
          },
        }),
        make('span', {}, say('repair_offer_count', { message: offer.message, count: offer.findings }), make('span.hash', {}, ` ${offer.rule}`)),
      ),
    );
    const counts = { errors: summary.errors, warnings: summary.warnings };
    const more = summary.verdict === 'accept'
      ? summary.warnings ? say('verdict_accept_warnings', counts) : say('verdict_accept_more')
      : say(summary.warnings ? 'verdict_reject_warnings' : 'verdict_reject_more', counts);
    const saved = make('p', { role: 'status' });
    body.replaceChildren(
      make('p', {}, say('repair_intro')),
      list,
      changes.length > MOST_CHANGES ? make('p', {}, say('repair_more', { count: changes.length - MOST_CHANGES })) : '',
      offers.length ? make('fieldset.offers', {}, make('legend', {}, say('repair_offer')), ...offers) : '',
      make(`p.small-verdict.${summary.verdict}`, {}, `${say('repair_result')}: ${say(`verdict_${summary.verdict}`)}　${more}`),
      make(
        'p.buttons',
        {},
        make('button.primary', {
          type: 'button',
          id: 'repair-save',
          disabled: changes.length === 0,
          onclick: () => {
            save(baseName(checked.name), [answer.bytes], 'text/csv');
            saved.textContent = say('repair_saved');
          },
        }, say('repair_save')),
        closeButton(),
      ),
      saved,
    );
    if (!dialog) dialog = openDialog(say('repair_title'), ...body.childNodes.length ? [body] : []);
  };
  await show();
}

async function openReceipt() {
  const files = state.files.map((checked) => ({ file: checked.file, name: checked.name }));
  const answer = await working(say('receipt'), () => engine.ask({ type: 'precheck', files, options: optionsOf({ madeAt: nowInJapan() }) }));
  if (!answer) return;
  const send = answer.lines.find((line) => line.type === 'send');
  const known = new Set(state.files.flatMap((checked) => checked.findings.map((finding) => finding.rule)));
  const others = answer.lines.filter((line) => line.type === 'finding' && !known.has(line.rule));
  const counts = { errors: send.errors, warnings: send.warnings };
  const title = say(`verdict_${send.verdict}`);
  const more = send.verdict === 'unchecked' ? send.reason || '' : send.verdict === 'accept'
    ? say(send.warnings ? 'verdict_accept_warnings' : 'verdict_accept_more', counts)
    : say(send.warnings ? 'verdict_reject_warnings' : 'verdict_reject_more', counts);
  openDialog(
    say('receipt_title'),
    make('p', {}, say('receipt_note', { receiver: engine.facts.receivers[send.receiver] || say('unknown') })),
    make(`p.small-verdict.${send.verdict}`, {}, `${title}　${more}`),
    make(
      'dl.facts',
      {},
      send.receiver ? fact('receiver', engine.facts.receivers[send.receiver]) : null,
      fact('receipt_made', send.made_at.replace('T', ' ').replace('+', ' +')),
      fact('receipt_reference', send.reference),
      fact('check_date', send.check_date),
      fact('receipt_total', say('bytes', { count: send.bytes })),
      fact('version', `kpfd ${send.version}`),
      fact('rules', `${send.schemas} `, make('span.hash', {}, send.rules)),
      engine.facts.unions.includes(send.receiver)
        ? fact('profile', send.profile ? `${send.profile.key} ${send.profile.edition}` : say('profile_default'))
        : null,
    ),
    make(
      'div.scroll',
      {},
      make(
        'table',
        {},
        make('thead', {}, make('tr', {}, ...['file', 'result', 'records'].map((id) => make('th', { scope: 'col' }, say(id))),
          ...['errors', 'warnings'].map((id) => make('th.number', { scope: 'col' }, say(id))))),
        make(
          'tbody',
          {},
          send.contents.map((one) =>
            make(
              'tr',
              {},
              make('td', {}, one.file),
              make('td', {}, badge(VERDICT_BADGES[one.verdict], say(`verdict_${one.verdict}`))),
              make('td', {}, Object.entries(one.records).map(([form, count]) => make('div', {}, `${engine.facts.forms[form] || form} ${say('records_count', { count })}`))),
              make('td.number', {}, String(one.errors)),
              make('td.number', {}, String(one.warnings)),
            ),
          ),
        ),
      ),
    ),
    others.length ? make('h3', {}, say('receipt_send_findings')) : '',
    others.map((finding) => make(`div.finding.${finding.severity}`, {}, make('p', {}, `${finding.file}: ${finding.message}`))),
    make(
      'p.buttons',
      {},
      make('button.primary', { type: 'button', id: 'receipt-save', onclick: () => save(`receipt-${send.reference}.html`, [answer.receipt], 'text/html;charset=utf-8') }, say('receipt_save')),
      make('button', { type: 'button', id: 'receipt-print', onclick: () => print() }, say('receipt_print')),
      closeButton(),
    ),
  );
}

// ---- taking files ----

/**
 * All files below what was dropped. Of a page that was opened from a disk Chrome and Edge give no entry its files: there a file
 * is taken as it is, and a folder by its handle, which Firefox and Safari do not have.
 */
async function filesOf(transfer) {
  // What was dropped is gone after the first wait.
  const dropped = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => ({ file: item.getAsFile(), entry: item.webkitGetAsEntry?.(), handle: item.getAsFileSystemHandle?.() }));
  const found = [];
  const add = (file, path) => found.push(new Checked(file, path + file.name));
  const walkHandle = async (folder, path) => {
    for await (const one of folder.values()) {
      if (one.kind === 'file') add(await one.getFile(), path);
      else await walkHandle(one, `${path}${one.name}/`);
    }
  };
  const walkEntry = async (folder, path) => {
    const reader = folder.createReader();
    for (;;) {
      const batch = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!batch.length) break;
      for (const one of batch) {
        if (one.isFile) add(await new Promise((done, failed) => one.file(done, failed)), path);
        else await walkEntry(one, `${path}${one.name}/`);
      }
    }
  };
  for (const { file, entry, handle } of dropped) {
    if (!entry?.isDirectory) {
      add(file, '');
      continue;
    }
    const folder = await Promise.resolve(handle).catch(() => null);
    if (folder) await walkHandle(folder, `${folder.name}/`);
    else await walkEntry(entry, `${entry.name}/`);
  }
  return found;
}

async function take(found) {
  if (state.busy) return;
  if (!found.length) {
    notice(say('folder_empty'));
    return;
  }
  found.sort((a, b) => (a.name < b.name ? -1 : 1));
  await checkAll(found);
}

function listenToDrops() {
  const drop = byId('drop');
  let depth = 0;
  const over = (on) => {
    drop.classList.toggle('over', on);
    byId('drop-title').textContent = say(on ? 'drop_active' : 'drop');
  };
  addEventListener('dragenter', (event) => { event.preventDefault(); ++depth; over(true); });
  addEventListener('dragleave', () => { if (--depth <= 0) { depth = 0; over(false); } });
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', async (event) => {
    event.preventDefault();
    depth = 0;
    over(false);
    try {
      await take(await filesOf(event.dataTransfer));
    } catch {
      notice(say('failed_unreadable'));
    }
  });
}

function listenToButtons() {
  // HTML's standard has no attribute for it; every browser has the property.
  byId('folder').webkitdirectory = true;
  byId('choose').addEventListener('click', () => byId('files').click());
  byId('choose-folder').addEventListener('click', () => byId('folder').click());
  for (const id of ['files', 'folder']) {
    byId(id).addEventListener('change', async (event) => {
      const found = [...event.target.files].map((file) => new Checked(file, file.webkitRelativePath || file.name));
      event.target.value = '';
      await take(found);
    });
  }
  byId('cancel').addEventListener('click', () => engine.stop());
  byId('language').addEventListener('click', async () => {
    if (state.busy) return;
    language = language === 'ja' ? 'en' : 'ja';
    sayPage();
    await engine.ready;
    await engine.open(false);
    await recheckOrShow();
  });
  byId('profile-choose').addEventListener('click', () => byId('profile-files').click());
  byId('profile-files').addEventListener('change', async (event) => {
    const files = [...event.target.files];
    event.target.value = '';
    const xml = files.find((file) => /\.xml$/i.test(file.name)) || files[0];
    const roster = files.find((file) => file !== xml);
    if (!xml) return;
    await useProfile({ name: xml.name, xml: new Uint8Array(await xml.arrayBuffer()), roster: roster ? new Uint8Array(await roster.arrayBuffer()) : '' });
  });
  byId('profile-remove').addEventListener('click', () => useProfile(null));
}

async function recheckOrShow() {
  if (state.files.length) await recheck(false);
  else showProfile();
}

function showProfile() {
  byId('profile-name').textContent = engine.profile ? engine.facts.profile.name || engine.facts.profile.key : say('profile_default');
  byId('profile-remove').hidden = !engine.profile;
  byId('versions').textContent = versionsText();
}

async function useProfile(profile) {
  if (state.busy) return;
  notice('');
  try {
    await engine.ready;
    await engine.open(false, profile);
    showProfile();
    await recheckOrShow();
  } catch (failure) {
    notice(`${say('profile_failed')}\n${failure.message}`);
  }
}

// ---- the beginning ----

/** The profile that a union has put into the page. */
function builtInProfile() {
  // What stands behind it belongs to the file, and to the hash that reports name.
  const xml = byId('profile').textContent.trimStart();
  return xml ? { name: 'kpfd.html', xml, roster: byId('roster').textContent.trimStart() } : null;
}

async function begin() {
  if (!(navigator.languages || []).some((one) => one.toLowerCase().startsWith('ja')) && (navigator.languages || []).length) language = 'en';
  sayPage();
  listenToDrops();
  listenToButtons();
  engine.ready = (async () => {
    await engine.compile();
    await engine.start();
  })();
  try {
    await engine.ready;
  } catch {
    notice(say(typeof DecompressionStream === 'undefined' || typeof WebAssembly === 'undefined' ? 'too_old' : 'failed'));
    byId('choose').disabled = true;
    byId('choose-folder').disabled = true;
    return;
  }
  const profile = builtInProfile();
  if (profile) await useProfile(profile);
  showProfile();
  document.documentElement.dataset.ready = 'yes';
}

begin();
