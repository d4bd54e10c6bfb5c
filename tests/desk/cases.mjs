// The sample filings, and what the command says of each: the measure of the page and of the package.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns {{name: string, path: string, fileName: string, asOf: string}[]} */
export function cases(root) {
  const found = [];
  for (const kind of ['valid', 'invalid']) {
    for (const name of readdirSync(join(root, 'samples', kind)).sort()) {
      const folder = join(root, 'samples', kind, name);
      const asOf = existsSync(join(folder, 'as-of')) ? readFileSync(join(folder, 'as-of'), 'utf8').trim() : '2026-07-31';
      for (const fileName of readdirSync(join(folder, 'input')).sort()) {
        found.push({ name: `${kind}/${name}`, path: join(folder, 'input', fileName), fileName, asOf });
      }
    }
  }
  if (found.length < 100) throw new Error(`only ${found.length} sample filings were found`);
  return found;
}

/** The lines of `kpfd check --format jsonl`, with the base name as the file's. */
export function saidByCommand(kpfd, one, language, more = []) {
  let out;
  try {
    out = execFileSync(kpfd, ['check', '--format', 'jsonl', '--lang', language, '--as-of', one.asOf, ...more, one.path], { maxBuffer: 1 << 28 });
  } catch (error) {
    if (error.status !== 1) throw error;
    out = error.stdout;
  }
  return out.toString().trim().split('\n').map((line) => ({ ...JSON.parse(line), file: one.fileName }));
}
