/** Functions, classes, control flow. */
export type Case = (say: (...values: unknown[]) => void) => void | Promise<void>;

export const cases: { [name: string]: Case } = {
  'closures in loops'(say) {
    const each: (() => number)[] = [];
    for (let i = 0; i < 3; i++) each.push(() => i * 10);
    for (const word of ['a', 'b']) each.push(() => word.length + each.length);
    say(each.map((call) => call()).join());
  },
  'shadowed names'(say) {
    const x = 1;
    {
      const x = 2;
      say(x);
    }
    for (let x = 3; x < 4; x++) say(x);
    say(x);
  },
  'classes with private parts'(say) {
    class Counter {
      static made = 0;
      #value = 0;
      readonly name: string;
      constructor(name: string) {
        this.name = name;
        Counter.made++;
      }
      get value(): number {
        return this.#value;
      }
      set value(value: number) {
        this.#value = value < 0 ? 0 : value;
      }
      add(by = 1): this {
        this.#value += by;
        return this;
      }
      static of(...names: string[]): Counter[] {
        return names.map((name) => new Counter(name));
      }
    }
    const [a, b] = Counter.of('a', 'b');
    a.add().add(4);
    b.value = -3;
    say(a.value, b.value, Counter.made, Object.keys(a));
  },
  'inheritance with super'(say) {
    class Shape {
      constructor(readonly sides: number) {}
      describe(): string {
        return 'shape of ' + this.sides;
      }
    }
    class Square extends Shape {
      constructor() {
        super(4);
      }
      override describe(): string {
        return 'square: ' + super.describe();
      }
    }
    const square = new Square();
    say(square.describe(), square instanceof Shape, Object.getPrototypeOf(square) === Square.prototype);
  },
  'errors of ones own'(say) {
    class Refused extends Error {
      override name = 'Refused';
      constructor(readonly code: number) {
        super('refused with ' + code);
      }
    }
    try {
      throw new Refused(7);
    } catch (error) {
      say(error, (error as Refused).code, error instanceof Refused, error instanceof Error);
    }
  },
  'finally in every way'(say) {
    const trail: string[] = [];
    const leave = (how: string): string => {
      for (const turn of [1, 2]) {
        try {
          if (how === 'return') return 'returned';
          if (how === 'continue') continue;
          if (how === 'break') break;
          if (how === 'throw') throw new Error('thrown');
        } catch {
          trail.push('caught');
        } finally {
          trail.push(how + turn);
        }
      }
      return 'ended';
    };
    for (const how of ['return', 'continue', 'break', 'throw', 'fall']) say(how, leave(how));
    say(trail.join());
  },
  generators(say) {
    function* count(to: number): Generator<number, string, number | undefined> {
      let by = 1;
      for (let i = 0; i < to; i += by) by = (yield i) ?? by;
      return 'done';
    }
    say([...count(4)].join());
    const steps = count(10);
    steps.next();
    say(JSON.stringify(steps.next(4)), JSON.stringify(steps.next()), JSON.stringify(steps.next(9)));
  },
  async 'async in order'(say) {
    const trail: string[] = [];
    const step = async (name: string): Promise<string> => {
      trail.push(name + '1');
      await undefined;
      trail.push(name + '2');
      return name;
    };
    const both = await Promise.all([step('a'), step('b')]);
    say(trail.join(), both.join());
    const failing = async (): Promise<never> => {
      throw new TypeError('in vain');
    };
    await failing().catch((error) => say(error));
  },
  async 'async iteration'(say) {
    async function* numbers(): AsyncGenerator<number> {
      for (let i = 0; i < 3; i++) yield i * i;
    }
    for await (const value of numbers()) say(value);
  },
  'destructuring and defaults'(say) {
    const point = { x: 1, y: { z: [2, 3, 4] } };
    const {
      x,
      y: {
        z: [first, ...rest],
      },
      w = 'none',
    } = point as typeof point & { w?: string };
    const sum = ({ a = 1, b = 2 }: { a?: number; b?: number } = {}, ...more: number[]): number =>
      a * 10 + b + more.length;
    say(x, first, rest, w, sum(), sum({ a: 5 }), sum({}, 1, 2, 3));
    const { x: _dropped, ...others } = point;
    say(JSON.stringify(others));
  },
  'optional chains'(say) {
    const maybe: { deep?: { call?: (n: number) => number } } = { deep: { call: (n) => n + 1 } };
    const none: typeof maybe = {};
    say(maybe.deep?.call?.(1), none.deep?.call?.(1), none.deep?.call ?? 'nothing');
    let level: number | undefined;
    level ??= 3;
    level &&= level + 1;
    level ||= 9;
    say(level);
  },
  'labels and switches'(say) {
    let found = '';
    outer: for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 5; j++) {
        if (j > i) continue outer;
        if (i * j === 6) {
          found = i + 'x' + j;
          break outer;
        }
      }
    }
    const kind = (value: unknown): string => {
      switch (typeof value) {
        case 'number':
        case 'bigint':
          return 'numeric';
        case 'object':
          if (value === null) return 'null';
          return 'object';
        default:
          return 'other';
      }
    };
    say(found, kind(1), kind(null), kind([]), kind('x'));
  },
  'accessors and symbols'(say) {
    const key = Symbol('key');
    const box = {
      [key]: 1,
      get twice() {
        return this[key] * 2;
      },
      set twice(value: number) {
        this[key] = value / 2;
      },
      *[Symbol.iterator]() {
        yield this[key];
        yield this.twice;
      },
      [Symbol.toPrimitive]: (hint: string) => 'as ' + hint,
    };
    box.twice = 14;
    say([...box].join(), `${box}`, String(key), Object.keys(box).join());
  },
  'recursion and its end'(say) {
    const fib = (n: number): number => (n < 2 ? n : fib(n - 1) + fib(n - 2));
    say(fib(12));
    const endless = (n: number): number => endless(n + 1) + 1;
    try {
      endless(0);
    } catch (error) {
      say((error as Error).message);
    }
  },
  'tagged templates'(say) {
    const tag = (parts: TemplateStringsArray, ...values: unknown[]): string =>
      parts.raw.map((part, i) => part + (i < values.length ? '<' + values[i] + '>' : '')).join('');
    say(tag`a${1}b\n${'two'}`);
  },
};
