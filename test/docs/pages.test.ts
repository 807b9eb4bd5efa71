/** What a reader relies on without running anything: kinds of blocks, links, and that no name is left out. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  anchorsOf,
  blocksOf,
  FOLDERS,
  KINDS,
  linksOf,
  OWN_TESTS,
  PAGES,
  readPages,
  testsOf,
} from '../support/doc-pages.js';
import { root, textOf } from '../support/sources.js';

const pages = readPages();

test('the blocks of a page are found', () => {
  const blocks = blocksOf('a\n```ts main\nimport 1\n\n2\n```\n```\n```\n');
  assert.equal(blocks, [
    { info: 'ts main', line: 2, text: 'import 1\n\n2\n' },
    { info: '', line: 7, text: '\n' },
  ]);
  assert.throws(() => blocksOf('```ts main\n'), /line 1 is not closed/);
  assert.equal(anchorsOf('# A b\n## `send`, and more\n'), ['a-b', 'send-and-more']);
});

test('every block is of a known kind', () => {
  const unknown = pages
    .filter(({ file }) => !OWN_TESTS.includes(file))
    .flatMap(({ file, blocks }) =>
      blocks
        .filter(({ info }) => !KINDS.includes(info))
        .map(({ info, line }) => `${file}:${line}: "${info}"`),
    );
  assert.equal(unknown, []);
});

test('every program is tried, and every expected output follows a test', () => {
  for (const { file, blocks } of pages) {
    const has = (info: string) => blocks.some((block) => block.info === info);
    assert.is(has('ts main'), has('ts test'), file);
    const first = blocks.findIndex(({ info }) => info === 'ts test');
    blocks.forEach(({ info, line }, i) => {
      if (info === 'text trace' || info === 'text log') assert.ok(first >= 0 && i > first, `${file}:${line}`);
    });
    for (const { text, line, trace, log } of testsOf({ blocks })) {
      assert.ok(
        /\bassert\.|remote\.crashed\(|waitFor\(/.test(text) || trace.length + log.length > 0,
        `${file}:${line}`,
      );
    }
  }
});

/** What a module exports, types included. */
function exportsOf(file: string): string[] {
  const names: string[] = [];
  for (const statement of ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest).statements) {
    if (
      ts.isExportDeclaration(statement) &&
      statement.exportClause &&
      ts.isNamedExports(statement.exportClause)
    )
      names.push(...statement.exportClause.elements.map(({ name }) => name.text));
    else if (ts.isFunctionDeclaration(statement) && statement.name) names.push(statement.name.text);
  }
  return names;
}

test('every name that rproc-sdk/runtime exports is on a page', () => {
  const names = exportsOf('runtime/index.ts');
  assert.ok(
    names.includes('createEndpoint') && names.includes('HeldMessage') && names.includes('decodeText'),
  );
  const text = pages.map((page) => page.text).join('\n');
  const missing = names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text));
  assert.equal(missing, []);
});

/** Public members of a class or interface. */
function membersOf(file: string, type: string): string[] {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest);
  const found = source.statements.find(
    (statement): statement is ts.ClassDeclaration | ts.InterfaceDeclaration =>
      (ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement)) &&
      statement.name?.text === type,
  );
  const open = (member: ts.Declaration) =>
    !ts.canHaveModifiers(member) ||
    !ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);
  return (found?.members ?? []).flatMap((member: ts.ClassElement | ts.TypeElement) => {
    if (ts.isConstructorDeclaration(member))
      return member.parameters
        .filter((parameter) => ts.getModifiers(parameter) !== undefined && open(parameter))
        .map(({ name }) => (name as ts.Identifier).text);
    return member.name && open(member) ? [(member.name as ts.Identifier).text] : [];
  });
}

/** How the prose calls an object, and what that object is. */
const called: { readonly [variable: string]: readonly [file: string, type: string] } = {
  endpoint: ['runtime/rpmsg/endpoint.ts', 'Endpoint'],
  buffer: ['runtime/rpmsg/buffers.ts', 'TxBuffer'],
  held: ['runtime/rpmsg/buffers.ts', 'HeldMessage'],
  device: ['runtime/rpmsg/device.ts', 'RpmsgDevice'],
  'rpmsgDevice()': ['runtime/rpmsg/device.ts', 'RpmsgDevice'],
  counters: ['runtime/rpmsg/rings-interface.ts', 'RpmsgCounters'],
  vdev: ['runtime/virtio/vdev.ts', 'Vdev'],
  queue: ['runtime/virtio/virtqueue.ts', 'Virtqueue'],
};

test('every call that the prose names is there', () => {
  assert.ok(membersOf(...called.endpoint).includes('sendTo'));
  assert.not(membersOf(...called.endpoint).includes('newBound'));
  const wrong: string[] = [];
  for (const [variable, [file, type]] of Object.entries(called)) {
    const members = membersOf(file, type);
    const use = new RegExp(`(?<![\\w.'])${variable.replace(/[()]/g, '\\$&')}\\.(\\w+)`, 'g');
    for (const page of pages) {
      const prose = page.text.replace(/^```[\s\S]*?^```$/gm, '');
      for (const [whole, member] of prose.matchAll(use))
        if (!members.includes(member)) wrong.push(`${page.file}: ${whole}`);
    }
  }
  assert.equal(wrong, []);
});

test('every link leads to a file, and to a heading of it', () => {
  const broken: string[] = [];
  for (const page of pages) {
    for (const { target, anchor } of linksOf(page)) {
      const there = existsSync(join(root, target));
      if (!there || (anchor !== undefined && !anchorsOf(textOf(target)).includes(anchor)))
        broken.push(`${page.file}: ${target}${anchor === undefined ? '' : `#${anchor}`}`);
    }
  }
  assert.equal(broken, []);
});

for (const folder of FOLDERS) {
  test(`the index of ${folder} lists every page`, () => {
    const index = pages.find(({ file }) => file === `${folder}/README.md`)!;
    const linked = linksOf(index).map(({ target }) => target);
    const own = pages.map(({ file }) => file).filter((file) => file.startsWith(`${folder}/`));
    assert.ok(own.length > 2);
    assert.equal(
      own.filter((file) => file !== index.file && !linked.includes(file)),
      [],
    );
  });
}

test('each row of the comparison has a call or says why there is none', () => {
  const { text } = pages.find(({ file }) => file === `${PAGES}/coming-from.md`)!;
  const rows = [...text.matchAll(/^\|(.+)\|$/gm)].map(([, row]) =>
    row.split(/(?<!\\)\|/).map((cell) => cell.trim()),
  );
  assert.ok(rows.length > 60, String(rows.length));
  for (const row of rows) {
    assert.is(row.length, 3, row[0]);
    assert.ok(
      row.every((cell) => cell !== ''),
      row[0],
    );
    if (row[1] === 'none') assert.ok(row[2].length > 20, row[0]);
  }
});

test.run();
