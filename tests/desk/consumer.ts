// A program that uses the package's types: it only has to compile.
import { check, explain, open, repair, version, type CheckResult, type Finding, type Verdict } from 'kpfd';

async function first(bytes: Uint8Array): Promise<string> {
  const result: CheckResult = await check(bytes, { fileName: 'KPFD0006.CSV', language: 'en', asOf: '2026-07-31', maxFindings: 10 });
  const verdict: Verdict = result.verdict;
  const worst: Finding | undefined = result.findings.find((finding) => finding.severity === 'error');
  const records: number = Object.values(result.summary.records).reduce((sum, count) => sum + count, 0);
  // @ts-expect-error: there is no such verdict
  if (verdict === 'valid') return '';
  return `${version} ${verdict} ${records} ${worst?.message ?? ''}`;
}

async function second(path: string, xml: string): Promise<Uint8Array | undefined> {
  const checker = await open({ profile: { xml } });
  const { findings } = checker.check({ size: 0, read: () => new Uint8Array(0) }, { onFindings: (some) => console.log(some.length) });
  checker.close();
  const { bytes, offers } = await repair(new Uint8Array(0), { accept: ['QUOTE'] });
  const told = await explain(offers[0]?.rule ?? findings[0]?.rule ?? path);
  return told ? bytes : undefined;
}

export { first, second };
