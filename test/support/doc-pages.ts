/**
 * The pages below docs/firmware and docs/simulator: their code blocks, and the firmware that a page is. How blocks are
 * marked is told to readers in docs/firmware/README.md and docs/simulator/README.md.
 */
import { posix } from 'node:path';
import { config, type ProjectFiles } from './project-folder.js';
import { filesBelow, textOf } from './sources.js';

export interface Block {
  /** The words behind the fence: `ts main`. */
  readonly info: string;
  readonly text: string;
  /** Line of the page that the fence is in, from 1. */
  readonly line: number;
}

export interface Page {
  /** `docs/firmware/endpoints.md` */
  readonly file: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** One `ts test` block and what the trace and the kernel log hold afterwards. */
export interface PageTest extends Block {
  readonly trace: readonly string[];
  readonly log: readonly string[];
}

export const PAGES = 'docs/firmware';
/** Folders whose README.md lists their pages. */
export const FOLDERS: readonly string[] = [PAGES, 'docs/simulator'];

/** Pages whose blocks a test of their own tries. */
export const OWN_TESTS: readonly string[] = ['docs/simulator/faults.md'];

/** What a block may be. */
export const KINDS: readonly string[] = [
  'ts main',
  'ts config',
  'ts test',
  'ts host',
  'text trace',
  'text log',
  'text',
  'sh',
];

export function readPages(): Page[] {
  return FOLDERS.flatMap((folder) => filesBelow(folder, /\.md$/)).map((file) => {
    const text = textOf(file);
    return { file, text, blocks: blocksOf(text) };
  });
}

/** The fenced blocks of a page. Throws when one is not closed. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open: { info: string; line: number; lines: string[] } | undefined;
  text.split('\n').forEach((line, i) => {
    const fence = /^```(.*)$/.exec(line);
    if (!fence) open?.lines.push(line);
    else if (!open) open = { info: fence[1].trim(), line: i + 1, lines: [] };
    else {
      blocks.push({ info: open.info, line: open.line, text: `${open.lines.join('\n')}\n` });
      open = undefined;
    }
  });
  if (open) throw new Error(`the block in line ${open.line} is not closed`);
  return blocks;
}

/** The page as a project: each `ts main` block a module that src/main.ts imports, in the page's order. */
export function projectOf({ file, blocks }: Page): ProjectFiles {
  const of = (info: string) => blocks.filter((block) => block.info === info);
  const programs = of('ts main');
  const configs = of('ts config');
  if (configs.length > 1) throw new Error(`${file} has ${configs.length} configurations`);
  const files: { [path: string]: string } = {
    'firmware.config.ts': configs[0]?.text ?? config(),
    'src/main.ts': programs.map((_, i) => `import './block${i}.js';\n`).join(''),
  };
  programs.forEach(({ text, line }, i) => {
    files[`src/block${i}.ts`] = text;
    if (!/^import /m.test(text)) throw new Error(`${file}:${line}: a program imports what it uses`);
  });
  const hosts = of('ts host');
  if (hosts.length > 1) throw new Error(`${file} has ${hosts.length} modules of the host side`);
  for (const { text } of hosts) files['test/host.ts'] = text;
  const imports = hosts.length > 0 ? `${TEST_IMPORTS}\nimport * as host from './host.js';` : TEST_IMPORTS;
  testsOf({ blocks }).forEach(({ text }, i) => {
    files[`test/block${i}.ts`] = `${imports}
export default async function (remote: RemoteUnderTest, elf: string): Promise<void> {
${text}}
`;
  });
  return files;
}

/** What a `ts test` block finds; `remote` and `elf` come with each call. */
const TEST_IMPORTS = `import { boot, type RemoteUnderTest } from 'rproc-sdk/test';
import * as assert from 'uvu/assert';`;

/** The tests of a page in its order; a `text` block belongs to the test in front of it. */
export function testsOf({ blocks }: Pick<Page, 'blocks'>): PageTest[] {
  const tests: (Block & { trace: string[]; log: string[] })[] = [];
  for (const block of blocks) {
    if (block.info === 'ts test') tests.push({ ...block, trace: [], log: [] });
    if (block.info === 'text trace') tests.at(-1)?.trace.push(block.text);
    if (block.info === 'text log') tests.at(-1)?.log.push(block.text);
  }
  return tests;
}

/** Targets of the page's links as paths of the project, with what is behind `#`; addresses of the web are left out. */
export function linksOf({ file, text }: Page): { target: string; anchor: string | undefined }[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path, anchor] = link.split('#');
      return { target: path === '' ? file : posix.join(posix.dirname(file), path), anchor };
    });
}

/** The anchors that GitHub gives the headings of a page. */
export function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
