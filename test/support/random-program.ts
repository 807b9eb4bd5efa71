/**
 * Random scripts out of blocks, loops, closures, switches and functions over very few names, so that names meet, hide each other,
 * and are used too early. Every script ends: loops count, and calls have a budget.
 */
import { parse } from 'acorn';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

/** The same text for the same seed; it parses as strict code. */
export function randomProgram(seed: number): string {
  for (let attempt = 0; ; attempt++) {
    const writer = new Writer(seed * 1000 + attempt);
    const code = `(function () {\n'use strict';\nlet fuel = 60;\nconst kept = [];\n${writer.body(3)}\nfor (const call of kept) { try { log(call()); } catch (error) { log(error.name); } }\n})();\n`;
    try {
      parse(code, { ecmaVersion: 'latest' });
      return code;
    } catch {
      // Declared twice, most of the time.
    }
  }
}

class Writer {
  private loops = 0;
  /** Names of the block so far. */
  private declared = new Set<string>();

  constructor(private state: number) {}

  body(depth: number): string {
    const outside = this.declared;
    this.declared = new Set();
    const count = 2 + this.below(5);
    const text = Array.from({ length: count }, () => this.statement(depth)).join('\n');
    this.declared = outside;
    return text;
  }

  private statement(depth: number): string {
    const kind = this.below(depth > 0 ? 23 : 11);
    if (kind < 4) return this.declaration();
    if (kind > 8 && kind < 11) return this.declareAndUse();
    if (kind === 4) return `${this.name()} = ${this.value(0)};`;
    if (kind < 7) return `log(${this.value(0)});`;
    if (kind === 7) return `kept.push(() => ${this.name()});`;
    if (kind === 8) return `if (fuel-- > 0) log(typeof ${this.name()});`;
    const inner = () => this.body(depth - 1);
    switch (kind) {
      case 11:
      case 12:
        return `{\n${inner()}\n}`;
      case 13:
      case 14: {
        const i = `i${this.loops++}`;
        return `for (let ${i} = 0; ${i} < 2; ${i}++) {\n${inner()}\n}`;
      }
      case 15:
        return `for (${this.keyword()} ${this.name()} of [1, ${this.value(0)}]) {\n${inner()}\n}`;
      case 16:
        return `for (${this.keyword()} ${this.name()} in { x: 1, y: 2 }) {\n${inner()}\n}`;
      case 17:
        return `try {\n${inner()}\n} catch (${this.below(3) === 0 ? this.name() : 'error'}) {\nlog('caught');\n${inner()}\n}`;
      case 18:
        return `switch (fuel % 3) {\ncase 0:\n${inner()}\ncase 1:\n${inner()}\nbreak;\ndefault:\n${inner()}\n}`;
      case 19:
      case 20:
        return `function ${this.fresh()}(${this.parameters()}) {\nif (fuel-- < 0) return 0;\n${inner()}\nreturn ${this.value(0)};\n}`;
      case 21:
        return `class ${this.fresh()} { m() { return ${this.value(0)}; } static s = ${this.below(4) === 0 ? this.value(0) : 1}; }`;
      default:
        return `try { if (fuel-- > 0) log(${this.name()}()); } catch (error) { log(error.name); }`;
    }
  }

  /** What must keep its own value in every block and at every turn. */
  private declareAndUse(): string {
    const name = this.fresh();
    switch (this.below(3)) {
      case 0:
        return `const ${name} = fuel--;\nkept.push(() => ${name});`;
      case 1:
        return `let ${name};\nlog(typeof ${name});\n${name} = fuel--;`;
      default:
        return `let ${name} = fuel--;\nkept.push(() => ${name}--);\nlog(${name});`;
    }
  }

  private declaration(): string {
    const keyword = this.keyword();
    const name = this.fresh();
    switch (this.below(6)) {
      case 0:
        return keyword === 'const' ? `const ${name} = 1;` : `${keyword} ${name};`;
      case 1:
        return `${keyword} { ${name}, ${this.fresh()} = ${this.value(0)} } = { ${name}: ${this.value(0)} };`;
      case 2:
        return `${keyword} ${name} = () => ${this.value(0)};`;
      case 3:
        return `${keyword} ${name} = { m: () => ${this.value(0)}, n: ${this.value(0)} };`;
      default:
        return `${keyword} ${name} = ${this.value(0)};`;
    }
  }

  private value(depth: number): string {
    switch (this.below(depth < 2 ? 8 : 3)) {
      case 0:
        return `${this.below(9)}`;
      case 1:
      case 2:
        return this.name();
      case 3:
        return `String(${this.value(depth + 1)})`;
      case 4:
        return `(fuel-- > 0 ? ${this.call(depth)} : 0)`;
      case 5:
        return `(() => ${this.value(depth + 1)})()`;
      case 6:
        return `[${this.value(depth + 1)}].length`;
      default:
        return `(typeof ${this.name()} + ${this.value(depth + 1)})`;
    }
  }

  private call(depth: number): string {
    const name = this.name();
    const way = this.below(3);
    if (way === 0) return `new ${name}().m()`;
    return way === 1 ? `${name}(${this.value(depth + 1)})` : `${name}.m()`;
  }

  private parameters(): string {
    return ['', this.name(), `${this.name()} = ${this.value(1)}`, `p = () => ${this.name()}`][this.below(4)];
  }

  private keyword(): string {
    return ['let', 'const', 'let', 'const', 'let', 'var'][this.below(6)];
  }

  /** A name that the block does not declare yet. */
  private fresh(): string {
    const free = NAMES.filter((name) => !this.declared.has(name));
    const name = free.length > 0 ? free[this.below(free.length)] : `n${this.loops++}`;
    this.declared.add(name);
    return name;
  }

  private name(): string {
    return NAMES[this.below(NAMES.length)];
  }

  /** A whole number from 0 to `limit` - 1 (mulberry32). */
  private below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  }
}
