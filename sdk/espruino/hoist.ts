/**
 * Espruino makes a declared function when it comes by the declaration; everywhere else it is there from the beginning of its
 * scope on. Here declarations move to where their scope begins.
 */
import MagicString from 'magic-string';
import { type Node, parseScript, walk } from './syntax-tree.js';

/** `code` with every function declaration at the top of the block or function that it stands in, in the order they had. */
export function hoistFunctions(code: string): MagicString {
  const text = new MagicString(code);
  walk(parseScript(code), (node) => {
    const body = bodyOf(node);
    if (body) moveUp(text, body);
    return true;
  });
  return text;
}

function bodyOf(node: Node): readonly Node[] | undefined {
  if (node.type === 'Program' || node.type === 'BlockStatement') return node.body;
  // A case has no braces: those behind it do not see what moves to its top.
  return node.type === 'SwitchCase' ? node.consequent : undefined;
}

function moveUp(text: MagicString, body: readonly Node[]): void {
  const rest = body.filter(
    ({ type, directive }) => type !== 'FunctionDeclaration' && directive === undefined,
  );
  if (rest.length === 0) return;
  const [{ start: top }] = rest;
  for (const node of body) {
    if (node.type === 'FunctionDeclaration' && node.start > top) text.move(node.start, node.end, top);
  }
}
