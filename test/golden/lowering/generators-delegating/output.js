
function __generator(self, body) {
  function sent() {
    if (arrived[0] === 1) throw arrived[1];
    return arrived[1];
  }function run() {
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
  }function unwind(op) {
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
  }function delegate(op) {
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
  }function turn(op) {
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
  }function step(op) {
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
  }var state = { label: 0, sent: sent, trys: [], ops: [] };
  var arrived = [0, undefined];
  var inner;
  var fresh = true;
  var over = false;
  var running = false;
  
  
  
  
  
  
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
}
// __values
// __read
// __spreadArray
function inner() { var got; return __generator(this, function (_a) {
    switch (_a.label) {
        case 0: return [4 /*yield*/, 'i1'];
        case 1:
            got = _a.sent();
            say('got ' + got);
            return [2 /*return*/, 'result'];
    }
}); }
function outer() { var r; return __generator(this, function (_a) {
    switch (_a.label) {
        case 0: return [4 /*yield*/, 'o1'];
        case 1:
            _a.sent();
            return [5 /*yield**/, __values(inner())];
        case 2:
            r = _a.sent();
            return [4 /*yield*/, r];
        case 3:
            _a.sent();
            return [5 /*yield**/, __values(['x', 'y'])];
        case 4:
            _a.sent();
            return [5 /*yield**/, __values('z')];
        case 5:
            _a.sent();
            return [2 /*return*/];
    }
}); }
var g = outer();
say(g.next().value, g.next().value, g.next('sent').value, __spreadArray([], __read(g), false).join());
