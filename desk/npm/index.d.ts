/** The check of Japanese health-insurance filings (KPFD0006.CSV, SHFD0006.CSV), as the command `kpfd` makes it. */

export type Language = 'ja' | 'en';
export type Severity = 'error' | 'warning' | 'info';

/** `unchecked`: the check could not be done, and nothing is known about the file. */
export type Verdict = 'accept' | 'reject' | 'unchecked';

/** A file that is read in pieces, perhaps twice; `read` gives fewer bytes than asked only at the end. */
export interface Source {
  readonly size: number;
  read(offset: number, size: number): Uint8Array;
}

export type Input = Uint8Array | ArrayBuffer | Source;

/** A health insurance union's profile, and the list of offices that it names. */
export interface Profile {
  /** Of the file, for messages about faults in it. */
  name?: string;
  xml: string | Uint8Array;
  roster?: string | Uint8Array;
}

export interface OpenOptions {
  /** Of the messages; `ja` if not given. */
  language?: Language;
  profile?: Profile;
}

export interface CheckOptions extends OpenOptions {
  /** The file's name, as far as it says something: KPFD0006.CSV. */
  fileName?: string;
  /** The check date, YYYY-MM-DD; today in Japan if not given. */
  asOf?: string;
  /** The edition of the forms, such as 2018-03; each record's number of columns tells it if not given. */
  edition?: string;
  /** Findings tell the values of items. They hold personal data then; a My Number is never told. */
  showValues?: boolean;
  /** At most so many findings are told; all of them if not given. Counts and verdict do not depend on it. */
  maxFindings?: number;
  /** Takes the findings as they are made, some at a time; the result then has none. */
  onFindings?: (findings: Finding[]) => void;
  /** Asked now and then; false stops the check, which then is `unchecked`. */
  progress?: (done: number, all: number) => boolean | void;
}

/** A finding, as a line of `kpfd check --format jsonl`. */
export interface Finding {
  type: 'finding';
  file: string;
  /** From 1; 0: the whole file. */
  line: number;
  /** Form code; "": not in a data record. */
  form: string;
  /** 項番, from 1; 0: the whole line. */
  item: number;
  /** Key of the item; "": none. */
  key: string;
  /** Id of the check or rule. */
  rule: string;
  severity: Severity;
  message: string;
  /** Bytes from the beginning of the file. */
  offset: number;
  length: number;
  /** Of a document that a profile asks for. */
  attachment?: string;
  /** Why a profile changed the severity. */
  reason?: string;
  /** With `showValues`. */
  value?: string;
}

export interface Summary {
  type: 'summary';
  file: string;
  verdict: Verdict;
  /** Of `unchecked`. */
  reason?: string;
  /** KPFD, SHFD, KNFD; "": it cannot be told. */
  kind: string;
  encoding: string;
  bytes: number;
  offices: number;
  /** By form code. */
  records: Record<string, number>;
  errors: number;
  warnings: number;
  schemas: string;
  edition: string;
  /** Hash over all that decides the verdict. */
  rules: string;
  profile?: { key: string; edition: string; sha256: string; number: string; name: string; applied: boolean };
  off?: { rule: string; forms: string; key: string; reason: string; findings: number }[];
  attachments?: { key: string; name: string; records: number }[];
}

export interface CheckResult {
  verdict: Verdict;
  summary: Summary;
  findings: Finding[];
  /** More than `maxFindings`. */
  findingsNotShown: number;
}

export interface Change {
  type: 'repair';
  file: string;
  line: number;
  form: string;
  item: number;
  key: string;
  rule: string;
  method: string;
  message: string;
  /** Kinds of characters, never what stood there. */
  before?: string;
  after?: string;
  columns_before?: number;
  columns_after?: number;
}

export interface Offer {
  type: 'offer';
  file: string;
  rule: string;
  method: string;
  findings: number;
  message: string;
}

export interface RepairOptions extends Omit<CheckOptions, 'showValues' | 'maxFindings' | 'onFindings'> {
  /** Rules whose findings are repaired although that may change what is filed. */
  accept?: string[];
}

export interface RepairResult {
  /** The repaired file, in Shift_JIS; undefined: it is no filing, or could not be checked. */
  bytes?: Uint8Array;
  changes: Change[];
  offers: Offer[];
  /** Of the repaired file. */
  findings: Finding[];
  summary?: Summary;
}

export interface ReportOptions extends Omit<CheckOptions, 'maxFindings' | 'onFindings'> {
  /** `html` if not given; `csv` and `text` have all findings. */
  format?: 'html' | 'csv' | 'text';
}

export interface Explanation {
  id: string;
  severity: Severity;
  title: string;
  what: string;
  why: string;
  fix: string;
  good: string;
  bad: string;
  source: string;
}

/** What everything is done with. */
export interface Facts {
  version: string;
  schemas: string;
  rules: string;
  editions: string[];
  forms: Record<string, string>;
  receivers: Record<string, string>;
  /** Those of the receivers that are unions. */
  unions: string[];
  profile?: { key: string; edition: string; name: string; sha256: string };
}

/** An engine for a language and a profile. It does one thing at a time; for several, open several. */
export interface Checker {
  readonly facts: Facts;
  check(input: Input, options?: Omit<CheckOptions, keyof OpenOptions>): CheckResult;
  /** A report for people. */
  report(input: Input, options?: Omit<ReportOptions, keyof OpenOptions>): string;
  repair(input: Input, options?: Omit<RepairOptions, keyof OpenOptions>): RepairResult;
  explain(rule: string): Explanation | undefined;
  /** Gives its memory back. */
  close(): void;
}

export function open(options?: OpenOptions): Promise<Checker>;
export function check(input: Input, options?: CheckOptions): Promise<CheckResult>;
/** Reads the file in pieces; `fileName` is the file's unless it is given. */
export function checkFile(path: string, options?: CheckOptions): Promise<CheckResult>;
export function report(input: Input, options?: ReportOptions): Promise<string>;
export function repair(input: Input, options?: RepairOptions): Promise<RepairResult>;
export function explain(rule: string, options?: { language?: Language }): Promise<Explanation | undefined>;
export const version: string;

/** What was given cannot be used, such as a profile with a fault; `message` is for people. */
export class KpfdError extends Error {}
