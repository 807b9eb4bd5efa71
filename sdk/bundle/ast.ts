/** Walks through the syntax trees that acorn makes (ESTree). */
import type { AnyNode } from 'acorn';

export type Node = AnyNode;

/** Calls `visit` with each node, outer ones first. */
export function each(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of childrenOf(node)) each(child, visit);
}

export function* childrenOf(node: Node): Generator<Node> {
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child?.type === 'string') yield child as Node;
    }
  }
}
