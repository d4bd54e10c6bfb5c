// A guide with its style and its pictures in it: one file to give to an office.
//
//   node guide.mjs GUIDE PICTURES OUTPUT
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [guide, pictures, output] = process.argv.slice(2);
const text = readFileSync(guide, 'utf8');
const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
for (const [, link] of text.matchAll(/ href="#([^"]+)"/g)) {
  if (!ids.has(link)) throw new Error(`${guide}: no place is called ${link}`);
}
writeFileSync(output, text
  .replace(/<link rel="stylesheet" href="([^"]+)">/, (_, name) => `<style>\n${readFileSync(join(dirname(guide), name), 'utf8')}</style>`)
  .replace(/<img src="([^"]+)"/g, (_, name) => `<img src="data:image/png;base64,${readFileSync(join(pictures, name)).toString('base64')}"`));
