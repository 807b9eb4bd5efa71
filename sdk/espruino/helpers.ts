/**
 * The functions that lowered code calls, as TypeScript's ES5 output names them, written for Espruino: no control flow that
 * crosses a `try`, no `finally`, nothing that the engine lacks. Each stands in a bundle when something there uses it.
 */

interface Helper {
  readonly code: string;
  /** Other helpers that it calls. */
  readonly uses?: readonly string[];
}

export const helpers: { readonly [name: string]: Helper } = {
  __extends: {
    code: `function __extends(derived, base) {
  Object.setPrototypeOf(derived, base);
  derived.prototype = Object.create(base.prototype);
  Object.defineProperty(derived.prototype, 'constructor', { value: derived, writable: true, configurable: true });
}`,
  },

  // Error called as a function gives a new object, on which a subclass would lose its prototype.
  __errorBase: {
    code: `function __errorBase(BuiltIn, name) {
  function hide(object, key, value) {
    Object.defineProperty(object, key, { value: value, writable: true, configurable: true });
  }
  function Base(message) {
    hide(this, 'stack', new Error('').stack);
    if (message !== undefined) hide(this, 'message', '' + message);
  }
  Base.prototype = Object.create(BuiltIn.prototype);
  hide(Base.prototype, 'constructor', Base);
  hide(Base.prototype, 'name', name);
  hide(Base.prototype, 'message', '');
  hide(Base.prototype, 'toString', function () {
    return this.message ? this.name + ': ' + this.message : this.name;
  });
  return Base;
}`,
  },

  __assign: {
    code: `function __assign(target) {
  for (var i = 1; i < arguments.length; i++) {
    var from = arguments[i];
    if (from === undefined || from === null) continue;
    var keys = Object.keys(from);
    for (var k = 0; k < keys.length; k++) target[keys[k]] = from[keys[k]];
  }
  return target;
}`,
  },

  __rest: {
    code: `function __rest(from, without) {
  var rest = {};
  var keys = Object.keys(from);
  for (var i = 0; i < keys.length; i++) if (without.indexOf(keys[i]) < 0) rest[keys[i]] = from[keys[i]];
  return rest;
}`,
  },

  __values: {
    code: `function __values(from) {
  var at = 0;
  if (from && typeof from.next === 'function') return from;
  if (from === undefined || from === null || typeof from.length !== 'number') throw new TypeError('not iterable');
  return {
    next: function () {
      var more = at < from.length;
      return { value: more ? from[at++] : undefined, done: !more };
    }
  };
}`,
  },

  __read: {
    uses: ['__values'],
    code: `function __read(from, count) {
  var iterator = __values(from);
  var list = [];
  var step = { done: false };
  while (count === undefined || list.length < count) {
    step = iterator.next();
    if (step.done) break;
    list.push(step.value);
  }
  if (!step.done && iterator['return']) iterator['return']();
  return list;
}`,
  },

  __spreadArray: {
    uses: ['__read'],
    code: `function __spreadArray(to, from) {
  var list = typeof from.length === 'number' ? from : __read(from);
  for (var i = 0; i < list.length; i++) to.push(list[i]);
  return to;
}`,
  },

  __makeTemplateObject: {
    code: `function __makeTemplateObject(cooked, raw) {
  cooked.raw = raw;
  return cooked;
}`,
  },

  // Classes without a name of their own that use themselves in static fields.
  __setFunctionName: {
    code: `function __setFunctionName(made, name) {
  Object.defineProperty(made, 'name', { value: name, configurable: true });
  return made;
}`,
  },

  __awaiter: {
    code: `function __awaiter(self, args, P, generator) {
  return new Promise(function (resolve, reject) {
    var body = generator.apply(self, args || []);
    function step(isError, value) {
      var result;
      var failed = false;
      try {
        result = isError ? body['throw'](value) : body.next(value);
      } catch (error) {
        failed = true;
        result = error;
      }
      if (failed) reject(result);
      else if (result.done) resolve(result.value);
      else Promise.resolve(result.value).then(next, fail);
    }
    function next(value) {
      step(false, value);
    }
    function fail(reason) {
      step(true, reason);
    }
    next();
  });
}`,
  },

  // The body is a state machine that returns what to do: [0] go on, [1] throw, [2] return, [3] jump, [4] yield, [5] yield*,
  // [7] end of finally; [6] is an error that came out of it. Regions of try are [begin, catch, finally, end] as labels.
  __generator: {
    code: `function __generator(self, body) {
  var state = { label: 0, sent: sent, trys: [], ops: [] };
  var arrived = [0, undefined];
  var inner;
  var fresh = true;
  var over = false;
  var running = false;
  function sent() {
    if (arrived[0] === 1) throw arrived[1];
    return arrived[1];
  }
  function run() {
    var op = body.call(self, state);
    if (op[0] === 4) {
      state.label++;
      return { value: op[1], done: false };
    }
    if (op[0] === 5) {
      state.label++;
      inner = op[1];
      return [0, undefined];
    }
    return op;
  }
  function unwind(op) {
    var region = state.trys.length > 0 ? state.trys[state.trys.length - 1] : undefined;
    if (!region && op[0] !== 3) {
      over = true;
      return op[0] === 6 ? { failed: true, value: op[1] } : { value: op[1], done: true };
    }
    if (op[0] === 3 && (!region || (op[1] > region[0] && op[1] < region[3]))) {
      state.label = op[1];
      return run();
    }
    if (op[0] === 6 && region[1] !== undefined && state.label < region[1]) {
      state.label = region[1];
      arrived = op;
      return run();
    }
    if (region[2] !== undefined && state.label < region[2]) {
      state.label = region[2];
      state.ops.push(op);
      return run();
    }
    if (region[2] !== undefined) state.ops.pop();
    state.trys.pop();
    return op;
  }
  function delegate(op) {
    var from = inner;
    var method = op[0] === 2 ? from['return'] : op[0] === 1 ? from['throw'] : from.next;
    if (!method) {
      inner = undefined;
      if (op[0] === 1 && from['return']) from['return']();
      return op;
    }
    var result = method.call(from, op[1]);
    if (!result.done) return { value: result.value, done: false };
    inner = undefined;
    return [op[0] === 2 ? 2 : 0, result.value];
  }
  function turn(op) {
    if (inner) {
      op = delegate(op);
      if (!Array.isArray(op)) return op;
    }
    if (op[0] < 2) {
      arrived = op;
      return run();
    }
    if (op[0] === 7) {
      op = state.ops.pop();
      state.trys.pop();
      return op;
    }
    return unwind(op);
  }
  function step(op) {
    if (running) throw new TypeError('Generator is already running');
    if (fresh && op[0] > 0) over = true;
    fresh = false;
    if (over) {
      if (op[0] === 1) throw op[1];
      return { value: op[0] === 2 ? op[1] : undefined, done: true };
    }
    running = true;
    while (Array.isArray(op)) {
      try {
        op = turn(op);
      } catch (error) {
        inner = undefined;
        op = [6, error];
      }
    }
    running = false;
    if (op.failed) throw op.value;
    return op;
  }
  return {
    next: function (value) {
      return step([0, value]);
    },
    'throw': function (error) {
      return step([1, error]);
    },
    'return': function (value) {
      return step([2, value]);
    }
  };
}`,
  },
};

/** The helpers named in `names` with those that they call, each once, as text; those that are called stand first. */
export function helperText(names: Iterable<string>): string {
  const texts = new Map<string, string>();
  const add = (name: string): void => {
    if (texts.has(name)) return;
    const { code, uses = [] } = helpers[name];
    for (const used of uses) add(used);
    texts.set(name, code);
  };
  for (const name of names) add(name);
  return [...texts.values()].join('\n');
}
