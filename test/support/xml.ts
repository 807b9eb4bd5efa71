/** XML documents read by somebody else's parser: Python's, which is strict about what is well-formed. */
import { spawnSync } from 'node:child_process';

export interface XmlElement {
  readonly tag: string;
  readonly attributes: { readonly [name: string]: string };
  /** Direct text. */
  readonly text: string;
}

const SCRIPT = `
import json, sys, xml.dom.minidom
out = []
def walk(node):
    if node.nodeType == node.ELEMENT_NODE:
        text = "".join(c.data for c in node.childNodes if c.nodeType == c.TEXT_NODE)
        out.append({"tag": node.tagName, "attributes": dict(node.attributes.items()), "text": text})
    for child in node.childNodes:
        walk(child)
walk(xml.dom.minidom.parseString(sys.stdin.buffer.read()))
print(json.dumps(out))
`;

/** All elements in document order; throws what the parser says about a document that is not well-formed. */
export function parseXml(document: string): XmlElement[] {
  const { stdout, stderr, status } = spawnSync('python3', ['-c', SCRIPT], {
    input: Buffer.from(document),
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`not well-formed: ${stderr}`);
  return JSON.parse(stdout.toString());
}
