// Profiles with a fault, each made of the example by one change: the command refuses them by profile.xsd or by its loader.

/** @returns {{name: string, xml: string}[]} */
export function badProfiles(good) {
  const changed = (name, from, to) => {
    const xml = good.replace(from, to);
    if (xml === good) throw new Error(`${name}: nothing was changed`);
    return { name, xml };
  };
  const attribute = (element, name, value) =>
    changed(`${element} ${name}="${value.slice(0, 20)}"`, new RegExp(`(<${element}(?=\\s)[^>]*?\\s)${name}="[^"]*"`), `$1${name}="${value}"`);
  const without = (element, name) => changed(`${element} without ${name}`, new RegExp(`(<${element}(?=\\s)[^>]*?)\\s${name}="[^"]*"`), '$1');
  const inside = (name, xml) => changed(name, '</profile>', `${xml}</profile>`);
  const severity = (more) => `<severity rule="LINE-END" to="error" reason="x" ${more}/>`;
  return [
    ...['key', 'edition', 'number', 'name'].map((name) => without('profile', name)),
    ...['type', 'length'].map((name) => without('office-number', name)),
    without('roster', 'file'), without('table', 'file'), without('forms', 'taken'), without('item', 'key'), without('let', 'name'),
    ...['key', 'name'].map((name) => without('attachment', name)),
    ...['rule', 'to', 'reason'].map((name) => without('severity', name)),
    ...['Kasumino', 'a__b', 'a-b', '_a', '1a', '', 'あ', 'a'.repeat(49)].map((value) => attribute('profile', 'key', value)),
    ...['2026', '2026-13', '2026-4', '2026-04-32', '26-04', ''].map((value) => attribute('profile', 'edition', value)),
    ...['1234567', '123456789', '1234567a', '０６９９９９９９', ''].map((value) => attribute('profile', 'number', value)),
    ...['', ' ', ' a', 'a ', 'あ'.repeat(301)].map((value) => attribute('profile', 'name', value)),
    ...['', ' a', 'a'.repeat(301)].map((value) => attribute('profile', 'name-en', value)),
    ...['J', 'X', 'n', ''].map((value) => attribute('office-number', 'type', value)),
    ...['a', '4..', '128', '4..2', '', '4,5', '1234'].map((value) => attribute('office-number', 'length', value)),
    ...['あ', '1||2', '', '-'].map((value) => attribute('office-number', 'begins', value)),
    ...['/a.csv', '../a.csv', 'a\\\\b.csv', 'c:a.csv', '', 'a//b', 'a'.repeat(201)].map((value) => attribute('roster', 'file', value)),
    ...['no', 'left out', ''].map((value) => attribute('roster', 'media-record', value)),
    ...['off', 'fatal', ''].map((value) => attribute('roster', 'severity', value)),
    ...['../t.csv', ''].map((value) => attribute('table', 'file', value)),
    ...['', '22257', '2225700,2221700', '2225700  2221700', ' 2225700', '222570a'].map((value) => attribute('forms', 'taken', value)),
    attribute('forms', 'others', 'off'),
    ...['Union', 'no_such_item', ''].map((value) => attribute('item', 'key', value)),
    ...['Z', ''].map((value) => attribute('item', 'type', value)),
    ...['1..', '-1', ''].map((value) => attribute('item', 'length', value)),
    ...['maybe', ''].map((value) => attribute('item', 'need', value)),
    ...['no', ''].map((value) => attribute('item', 'zeros', value)),
    ...['', 'A01..', 'あ', 'A01|', 'A 1', 'A'.repeat(1001)].map((value) => attribute('item', 'values', value)),
    ...['', '|'].map((value) => attribute('item', 'not', value)),
    ...['A01', 'A01 本社|', '', 'あ 本社'].map((value) => attribute('item', 'meaning', value)),
    ...['1', '9999999', ''].map((value) => attribute('item', 'forms', value)),
    ...[' a', ''].map((value) => attribute('item', 'name', value)),
    ...['Down', '', 'a b'].map((value) => attribute('let', 'name', value)),
    ...['Key', 'a__b', '_a', 'a_', ''].map((value) => attribute('attachment', 'key', value)),
    ...[' x', ''].map((value) => attribute('attachment', 'name', value)),
    ...['no_such_item', 'At', ''].map((value) => attribute('attachment', 'at', value)),
    ...['error', ''].map((value) => changed(`attachment severity="${value}"`, 'severity="warning">', `severity="${value}">`)),
    ...['date-era', 'NO-SUCH-RULE', ''].map((value) => attribute('severity', 'rule', value)),
    ...['fatal', 'Error', ''].map((value) => attribute('severity', 'to', value)),
    ...['', ' ', ' x', 'x '].map((value) => attribute('severity', 'reason', value)),
    ...['', 'x '].map((value) => attribute('severity', 'reason-en', value)),
    ...['Prefecture', 'no_such_item', ''].map((value) => attribute('severity', 'item', value)),
    ...['profile', 'office-number', 'roster', 'table', 'forms', 'item', 'let', 'attachment', 'severity'].map((element) =>
      changed(`an unknown attribute of ${element}`, new RegExp(`<${element}\\s`), `<${element} nonsense="1" `)),
    inside('an unknown element', '<nonsense/>'),
    inside('an element in an element', '<severity rule="LINE-END" to="error" reason="x"><let/></severity>'),
    inside('a second office-number', '<office-number type="N" length="4"/>'),
    inside('a second roster', '<roster file="x.csv"/>'),
    inside('a second forms', '<forms taken="2225700"/>'),
    inside('text between elements', 'text'),
    inside('text in an element', '<severity rule="LINE-END" to="error" reason="x">text</severity>'),
    inside('an empty expression', '<let name="x"> </let>'),
    inside('a bad expression', '<let name="x" forms="2221700">old_grade &gt;= </let>'),
    inside('a namespace', '<x:let xmlns:x="urn:x" name="x">1 == 1</x:let>'),
    inside('an attribute twice', severity('rule="LINE-LONG"')),
    inside('an entity', severity('item="&amp;x"')),
    inside('two severities', severity('') + severity('')),
    changed('another root', /<(\/?)profile/g, '<$1settings'),
    changed('a document type', '<profile ', '<!DOCTYPE profile [<!ENTITY x "y">]>\n<profile '),
    changed('another encoding', 'UTF-8', 'Shift_JIS'),
    changed('a tag that does not end', '</profile>', ''),
    { name: 'nothing', xml: '' },
    { name: 'no XML', xml: 'key=kasumino' },
    { name: 'bytes that are no UTF-8', xml: Buffer.from(good.replace('霞野', '\xff'), 'latin1') },
  ];
}
