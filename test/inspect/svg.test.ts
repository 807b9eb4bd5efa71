/** Pictures of images, read by an XML parser that is not ours. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { boards, findBoard } from '../../boards/index.js';
import { rpmsgVdev, trace } from '../../sdk/config/resources/index.js';
import { placeOnBoard } from '../../sdk/inspect/board/index.js';
import { inspectElf } from '../../sdk/inspect/index.js';
import { drawImage } from '../../sdk/inspect/svg/index.js';
import { clip, xmlText } from '../../sdk/inspect/svg/text.js';
import { foreignImages } from '../support/elf-foreign.js';
import { bareElf } from '../support/firmware.js';
import { need } from '../support/need.js';
import { carveout, image, table, trace as traceEntry, vdev } from '../support/sim-images.js';
import { parseXml, type XmlElement } from '../support/xml.js';

const FONT = 11;

function draw(bytes: Uint8Array, board: string | null, file = 'dir/fw.elf'): string {
  const inspection = inspectElf(bytes, file);
  return drawImage(inspection, board === null ? null : placeOnBoard(inspection, findBoard(board)!));
}

const number = ({ attributes }: XmlElement, name: string) => Number(attributes[name]);
const rectsOf = (elements: readonly XmlElement[]) => elements.filter(({ tag }) => tag === 'rect');
const textsOf = (elements: readonly XmlElement[]) => elements.filter(({ tag }) => tag === 'text');

/** Everything is on the canvas, boxes of a column are apart, and no two texts share a place. */
function checkPicture(svg: string, what: string): XmlElement[] {
  const elements = parseXml(svg);
  const root = elements[0];
  assert.equal([root.tag, root.attributes.role], ['svg', 'img'], what);
  assert.equal(elements[1].tag, 'title');
  assert.not.ok(elements.some(({ tag }) => /script|image|foreignObject|^a$/.test(tag)));
  const [, , width, height] = root.attributes.viewBox.split(' ').map(Number);
  const columns = new Map<string, XmlElement[]>();
  for (const rect of rectsOf(elements)) {
    const [x, y, w, h] = ['x', 'y', 'width', 'height'].map((name) => number(rect, name));
    const place = `${what}: ${JSON.stringify(rect.attributes)}`;
    assert.ok([x, y, w, h].every(Number.isFinite) && w > 0 && h > 0, place);
    assert.ok(x >= 0 && y >= 0 && x + w <= width && y + h <= height, place);
    const column = rect.attributes['data-column'];
    if (column) columns.set(column, [...(columns.get(column) ?? []), rect]);
  }
  for (const [name, rects] of columns) {
    const sorted = [...rects].sort(
      (a, b) => number(a, 'y') - number(b, 'y') || number(a, 'x') - number(b, 'x'),
    );
    for (const [i, rect] of sorted.slice(1).entries()) {
      const above = number(sorted[i], 'y') + number(sorted[i], 'height') <= number(rect, 'y') + 0.02;
      const beside = number(sorted[i], 'x') + number(sorted[i], 'width') <= number(rect, 'x') + 0.02;
      assert.ok(above || beside, `${what}: two boxes of ${name} overlap`);
    }
  }
  const places = textsOf(elements).map((text) => {
    const size = text.attributes.class === 'title' ? 16 : FONT;
    const length = text.text.length * size * 0.602;
    const x = number(text, 'x') - (text.attributes['text-anchor'] === 'end' ? length : 0);
    return {
      x,
      end: x + length,
      top: number(text, 'y') - size * 0.75,
      bottom: number(text, 'y'),
      text: text.text,
    };
  });
  for (const [i, a] of places.entries()) {
    assert.ok(a.x >= 0 && a.end <= width && a.bottom <= height, `${what}: "${a.text}" leaves the canvas`);
    for (const b of places.slice(i + 1)) {
      const apart = a.end <= b.x || b.end <= a.x || a.bottom <= b.top || b.bottom <= a.top;
      assert.ok(apart, `${what}: "${a.text}" and "${b.text}" collide`);
    }
  }
  return elements;
}

test('the same image gives the same bytes, without anything from outside', async () => {
  const bytes = await bareElf(findBoard('virt-m4')!, [trace(), rpmsgVdev()]);
  const svg = draw(bytes, 'virt-m4');
  assert.is(draw(bytes, 'virt-m4'), svg);
  assert.not.match(svg.replace('http://www.w3.org/2000/svg', ''), /https?:|url\(|@import|<script|href/);
  assert.match(svg, 'prefers-color-scheme:dark');
  assert.match(svg, /^<svg [^\n]*role="img"[^\n]*>\n<title id="rproc-title">fw.elf on virt-m4<\/title>\n/);
});

test('labels have no markup and fit their boxes', () => {
  assert.is(xmlText('<a href="&\'">'), '&lt;a href=&quot;&amp;&#39;&quot;&gt;');
  assert.is(xmlText('\u0000\u001b[2J\u202e\ud800\ufffeé'), '??[2J???é');
  assert.is(clip('abcdef', 6 * 0.61 * FONT + 0.1, FONT), 'abcdef');
  assert.is(clip('abcdefg', 6 * 0.61 * FONT + 0.1, FONT), 'abcde…');
  assert.is(clip('日本語日本語', 6 * 0.61 * FONT + 0.1, FONT), '日本…');
  assert.is(clip('abc', 1, FONT), '');
});

if (need('python3')) {
  // Each is drawn and parsed; plain runs take every fourth board.
  for (const board of boards.filter((_, i) => process.env.RPROC_VOLUME === 'full' || i % 4 === 0)) {
    test(`${board.name}: a picture`, async () => {
      const num = board.name.startsWith('stm32') ? 16 : 256;
      const bytes = await bareElf(board, [trace({ size: 512 }), rpmsgVdev({ num, align: 4096 })]);
      const elements = checkPicture(draw(bytes, board.name), board.name);
      const labels = textsOf(elements).map(({ text }) => text);
      for (const { name, use } of board.memory) assert.ok(labels.includes(`${name} · ${use}`), name);
      assert.ok(labels.some((text) => text.startsWith('.rproc.app ')));
      assert.ok(labels.some((text) => text.startsWith('vdev0vring1 ')));
    });
  }

  test('the gauge is to scale', () => {
    const bytes = image({ segments: [{ at: 0x10000000, memsz: 0x18000 }] });
    const rects = rectsOf(parseXml(draw(bytes, 'virt-m4')));
    const gauge = rects.find(({ attributes }) => attributes.class === 'gauge')!;
    const level = rects.find(({ attributes }) => attributes.class === 'level')!;
    assert.is(number(level, 'y'), number(gauge, 'y'));
    // 96 KiB of 384.
    assert.ok(Math.abs(number(level, 'height') / number(gauge, 'height') - 0.25) < 0.001);
  });

  test('what is refused, crosses an end or lies nowhere is drawn and said', () => {
    const segments = [
      { at: 0x2001ff00, memsz: 0x100 },
      { at: 0x2001f000, memsz: 0x2000 },
      { at: 0x90000000, memsz: 0x1000 },
      { at: 0x1ffff000, memsz: 0x2000 },
    ];
    const elements = checkPicture(draw(image({ segments }), 'imx8mm-m4'), 'refused');
    const titles = elements.filter(({ tag }) => tag === 'title').map(({ text }) => text);
    assert.ok(titles.includes('segment 0 REFUSED: strict end 256 bytes'));
    assert.ok(titles.includes('segment 1 CROSSES THE END 8 KiB'));
    assert.ok(titles.includes('segment 2 OUTSIDE 0x90000000 4 KiB'));
    assert.is(titles.filter((title) => title === 'segment 3 RWX 8 KiB').length, 2, 'in both regions');
    assert.is(rectsOf(elements).filter(({ attributes }) => / bad\b/.test(attributes.class)).length, 3);
  });

  test('hostile names are text', () => {
    const names = [
      '</text><script>alert(1)</script>',
      '"&<![CDATA[',
      ']]>&#0;\u0001\u202e',
      '%n\ufffd日本語日本語',
    ];
    const entries = names.map((name, i) => carveout(name.slice(0, 20), { len: 0x1000 * (i + 1) }));
    const bytes = image({ table: table([...entries, vdev()]) });
    const elements = checkPicture(draw(bytes, 'virt-m4', 'x/<svg onload="1">&.elf'), 'hostile');
    assert.is(elements[1].text, '<svg onload="1">&.elf on virt-m4');
    assert.ok(elements.some(({ tag, text }) => tag === 'title' && text.startsWith('</text><script>alert')));
  });

  test('heaps of overlapping segments, traces and vdevs', () => {
    const segments = Array.from({ length: 300 }, (_, i) => ({ at: 0x10000000 + 16 * i, memsz: 0x20000 }));
    const entries = Array.from({ length: 200 }, (_, i) => [
      traceEntry(0x10000000 + i, 0x7fffffff),
      vdev(),
    ]).flat();
    const bytes = image({ segments, table: table(entries) });
    for (const board of ['virt-m4', 'am64x-r5f', null]) {
      const svg = draw(bytes, board);
      assert.ok(svg.length < 100000, `${svg.length} bytes`);
      checkPicture(svg, `heaps on ${board}`);
      assert.match(svg, 'more are not drawn');
    }
  });

  test('segments alone, of any maker and at any address', () => {
    const far = [0n, 0xffff0000n, 0xffffffff_ffff0000n].map((at) => ({ at, memsz: 0x10000 }));
    checkPicture(draw(image({ bits: 64, segments: far }), null), 'far apart');
    checkPicture(draw(image(), null), 'nothing loaded');
    checkPicture(draw(image({ bits: 64, segments: [{ at: 8, memsz: 2n ** 64n - 1n }] }), null), 'huge');
    for (const { name, bytes } of foreignImages()) {
      const elements = checkPicture(draw(bytes, null), name);
      assert.ok(
        textsOf(elements).some(({ text }) => text.startsWith('segment ')),
        name,
      );
      checkPicture(draw(bytes, 'virt-m4'), `${name} on a board`);
    }
  });
}

test.run();
